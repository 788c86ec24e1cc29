{% if params.group > params.pattern | groups %}{{ ("the pattern has no group " ~ params.group) | refuse }}{% endif %}
CASE WHEN regexp_matches({{ value }}, {{ params.pattern | literal }})
{% if params.occurrence == "first" %}
  THEN regexp_extract({{ value }}, {{ params.pattern | literal }}, {{ params.group }})
{% else %}
  THEN regexp_extract_all({{ value }}, {{ params.pattern | literal }}, {{ params.group }})[-1]
{% endif %}
{% if params.missing == "keep" %}
  ELSE {{ value }}
{% endif %}
END
