{% import "lib/text.sql" as text %}
CASE
  {% if params.minimum is not none %}
  WHEN {{ refs[params.tokens] }} < {{ params.minimum | literal }} THEN {{ ("fewer than " ~ text.amount(params.minimum, "token")) | literal }}
  {% endif %}
  {% if params.maximum is not none %}
  WHEN {{ refs[params.tokens] }} > {{ params.maximum | literal }} THEN {{ ("more than " ~ text.amount(params.maximum, "token")) | literal }}
  {% endif %}
  WHEN false THEN ''
END
