{#- How many rows a value has, and the place of the value by that number; values that are null have none. -#}
{% set value = refs[params.column] %}
{% if params.count is none and params.minimum is none and params.maximum is none %}{{ "give count, minimum or maximum" | refuse }}{% endif %}
WITH counted AS (
  SELECT {{ value }} AS value, count(*) AS number, min("__id") AS first
  FROM {{ input }} WHERE {{ value }} IS NOT NULL GROUP BY 1
), ranked AS (
  SELECT value, number, row_number() OVER (ORDER BY number {{ "DESC" if params.prefer == "most" else "ASC" }}, first) AS place
  FROM counted
)
SELECT "__id", CASE
    WHEN ranked.value IS NULL THEN {{ (params.column ~ " is missing") | literal }}
{% if params.minimum is not none %}
    WHEN number < {{ params.minimum | literal }} THEN {{ ("fewer than " ~ params.minimum ~ " rows have such " ~ params.column) | literal }}
{% endif %}
{% if params.maximum is not none %}
    WHEN number > {{ params.maximum | literal }} THEN {{ ("more than " ~ params.maximum ~ " rows have such " ~ params.column) | literal }}
{% endif %}
    ELSE {{ ("not among the " ~ params.count ~ " " ~ params.prefer ~ " frequent") | literal }}
  END AS reason
FROM {{ input }} LEFT JOIN ranked ON {{ value }} = ranked.value
WHERE {{ "ranked.value IS NULL" if params.nulls == "drop" else "false" }}
{% if params.count is not none %}
  OR place > {{ params.count | literal }}
{% endif %}
{% if params.minimum is not none %}
  OR number < {{ params.minimum | literal }}
{% endif %}
{% if params.maximum is not none %}
  OR number > {{ params.maximum | literal }}
{% endif %}
