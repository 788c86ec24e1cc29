{% import "lib/text.sql" as text %}
{#- Counting is dear and mostly needless: the first characters of a text have the fewest words that are
    wanted, or all its characters are no more than the most. -#}
coalesce(
  {% if params.minimum is not none %}
  CASE
    WHEN {{ text.words("left(" ~ value ~ ", " ~ 16 * params.minimum ~ ")") }} >= {{ params.minimum | literal }} THEN NULL
    WHEN {{ text.words(value) }} < {{ params.minimum | literal }} THEN {{ ("fewer than " ~ text.amount(params.minimum, "word")) | literal }}
  END,
  {% endif %}
  {% if params.maximum is not none %}
  CASE
    WHEN length({{ value }}) <= {{ params.maximum | literal }} THEN NULL
    WHEN {{ text.words(value) }} > {{ params.maximum | literal }} THEN {{ ("more than " ~ text.amount(params.maximum, "word")) | literal }}
  END,
  {% endif %}
  NULL::VARCHAR
)
