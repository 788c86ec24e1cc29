{% import "lib/rows.sql" as rows %}
{% import "lib/text.sql" as text %}
{% if inputs | length != 2 %}{{ "joins two inputs: name both in from" | refuse }}{% endif %}
{#- A column that both have is the first input's, unless it is taken under another name. -#}
WITH matching AS (
  SELECT
    * EXCLUDE ("__id", "__source"),
{% for column in columns %}
    {{ column }} AS "__key_{{ loop.index }}",
{% endfor %}
    row_number() OVER (PARTITION BY {{ columns | join(", ") }} ORDER BY "__id") AS "__place",
    count(*) OVER (PARTITION BY {{ columns | join(", ") }}) AS "__matches"
  FROM {{ inputs[1] }}
  WHERE {{ rows.is_key(columns) }}
), keyed AS (
  SELECT
    *{% for column in columns %},
    {{ column }} AS "__own_{{ loop.index }}"{% endfor %}

  FROM {{ inputs[0] }}
)
SELECT
{% for name, new in params.renamed.items() %}
  matching.{{ name | identifier }} AS {{ new | identifier }},
{% endfor %}
  CASE
    WHEN "__matches" > {{ params.maximum | literal }} THEN {{ ("matches more than " ~ text.amount(params.maximum, "row")) | literal }}
{% if params.how == "inner" %}
    WHEN "__matches" IS NULL THEN 'no match'
{% endif %}
  END AS "__reason",
  coalesce("__place", 0) AS "__ordinal",
  keyed.*,
  matching.*
FROM keyed LEFT JOIN matching
  ON {% for column in columns %}"__own_{{ loop.index }}" = "__key_{{ loop.index }}" AND {% endfor %}("__place" = 1 OR "__matches" <= {{ params.maximum | literal }})
