{% import "lib/text.sql" as text %}
CASE
  WHEN {{ value }} IS NULL THEN NULL
  {% if params.minimum is not none %}
  WHEN {{ text.words(value) }} < {{ params.minimum | literal }} THEN {{ ("fewer than " ~ text.amount(params.minimum, "word")) | literal }}
  {% endif %}
  {% if params.maximum is not none %}
  WHEN {{ text.words(value) }} > {{ params.maximum | literal }} THEN {{ ("more than " ~ text.amount(params.maximum, "word")) | literal }}
  {% endif %}
END
