{% import "lib/text.sql" as text %}
{#- A list of one: the words are counted once for both bounds. -#}
list_transform([{{ text.words(value) }}], lambda count: CASE
  {% if params.minimum is not none %}
  WHEN count < {{ params.minimum | literal }} THEN {{ ("fewer than " ~ text.amount(params.minimum, "word")) | literal }}
  {% endif %}
  {% if params.maximum is not none %}
  WHEN count > {{ params.maximum | literal }} THEN {{ ("more than " ~ text.amount(params.maximum, "word")) | literal }}
  {% endif %}
  ELSE NULL::VARCHAR
END)[1]
