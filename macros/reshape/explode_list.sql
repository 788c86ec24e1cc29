{% set items = "CASE WHEN len(" ~ value ~ ") > 0 THEN " ~ value ~ (" ELSE [NULL]" if params.empty == "keep" else "") ~ " END" %}
SELECT
  "__item" AS {{ params.into | identifier }},
{% if params.index is not none %}
  CASE WHEN len({{ value }}) > 0 THEN "__ordinal" - 1 END AS {{ params.index | identifier }},
{% endif %}
  * EXCLUDE ("__item")
FROM (
  SELECT *, unnest({{ items }}) AS "__item", generate_subscripts({{ items }}, 1) AS "__ordinal"
  FROM {{ input }}
)
