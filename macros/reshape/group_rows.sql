{% import "lib/rows.sql" as rows %}
{#- The first row of each group stays, with the texts of all; the others go into it. -#}
{% set order = rows.best(refs[params.order], "lowest") if params.order is not none else "\"__id\"" %}
WITH grouped AS (
  SELECT
    first("__id" ORDER BY {{ order }}) AS "__id",
{% for column in params.texts %}
    string_agg(CAST({{ refs[column] }} AS VARCHAR), {{ params.separator | literal }} ORDER BY {{ order }}) AS "__text_{{ loop.index }}",
{% endfor %}
    count(*) AS "__number"
  FROM {{ input }}
  WHERE {{ rows.is_key(columns) }}
  GROUP BY {{ columns | join(", ") }}
)
SELECT
{% for column in params.texts %}
  CASE WHEN "__number" IS NULL THEN CAST({{ refs[column] }} AS VARCHAR) ELSE "__text_{{ loop.index }}" END AS {{ column | identifier }},
{% endfor %}
  coalesce("__number", 1) AS {{ params.count | identifier }},
  CASE WHEN "__number" IS NULL AND {{ rows.is_key(columns) }} THEN 'joined to the first of its group' END AS "__reason",
  0 AS "__ordinal",
  *
FROM {{ input }} LEFT JOIN grouped USING ("__id")
