{#- A row for each turn of the role: what came before it, the turn just before it, and its text. -#}
{% set turns = refs[params.column] %}
SELECT
  list_slice({{ turns }}, 1, "__turn" - 1) AS {{ params.history | identifier }},
  {{ turns }}["__turn" - 1].content AS {{ params.prompt | identifier }},
  {{ turns }}["__turn"].content AS {{ params.response | identifier }},
  "__turn" AS "__ordinal",
  * EXCLUDE ("__turn")
FROM (
  SELECT *, unnest(list_filter(range(1, len({{ turns }}) + 1), lambda turn: {{ turns }}[turn].role = {{ params.role | literal }}{% if params.drop_empty %} AND {{ turns }}[turn].content <> ''{% endif %})) AS "__turn"
  FROM {{ input }}
)
