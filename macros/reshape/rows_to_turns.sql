{% import "lib/rows.sql" as rows %}
{#- The first row of each group becomes the conversation; the others say which. -#}
{% set order = rows.best(refs[params.order], "lowest") if params.order is not none else "\"__id\"" %}
WITH conversations AS (
  SELECT first("__id" ORDER BY {{ order }}) AS "__id", list({'role': CAST({{ refs[params.role] }} AS VARCHAR), 'content': CAST({{ refs[params.content] }} AS VARCHAR)} ORDER BY {{ order }}) AS turns
  FROM {{ input }}
  WHERE {{ rows.is_key(columns) }}
  GROUP BY {{ columns | join(", ") }}
)
SELECT
  CASE WHEN {{ rows.is_key(columns) }} THEN turns ELSE [{'role': CAST({{ refs[params.role] }} AS VARCHAR), 'content': CAST({{ refs[params.content] }} AS VARCHAR)}] END AS {{ params.into | identifier }},
  CASE WHEN turns IS NULL AND {{ rows.is_key(columns) }} THEN 'a turn of another row' END AS "__reason",
  0 AS "__ordinal",
  *
FROM {{ input }} LEFT JOIN conversations USING ("__id")
