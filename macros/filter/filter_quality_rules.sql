{% import "lib/text.sql" as text %}
{% set failed = "list_filter(" ~ refs[params.failed] ~ ", lambda rule: NOT list_contains(" ~ params.ignore | list | literal ~ "::VARCHAR[], rule))" %}
CASE WHEN len({{ failed }}) > {{ params.maximum | literal }}
  THEN {% if params.maximum == 0 %}'fails ' || {{ failed }}[1]{% else %}{{ ("fails more than " ~ text.amount(params.maximum, "rule") ~ " of " ~ params.rules) | literal }}{% endif %} END
