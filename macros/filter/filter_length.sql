{% import "lib/text.sql" as text %}
CASE
  WHEN {{ value }} IS NULL THEN NULL
  {% if params.minimum is not none %}
  WHEN length({{ value }}) < {{ params.minimum | literal }} THEN {{ ("shorter than " ~ text.amount(params.minimum, "character")) | literal }}
  {% endif %}
  {% if params.maximum is not none %}
  WHEN length({{ value }}) > {{ params.maximum | literal }} THEN {{ ("longer than " ~ text.amount(params.maximum, "character")) | literal }}
  {% endif %}
END
