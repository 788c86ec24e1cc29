{% import "lib/rows.sql" as rows %}
{% if inputs | length != 2 %}{{ "compares two inputs: name both in from" | refuse }}{% endif %}
WITH known AS (
  SELECT DISTINCT {% for column in columns %}{{ column }} AS "__key_{{ loop.index }}"{{ "" if loop.last else ", " }}{% endfor %}

  FROM {{ inputs[1] }}
  WHERE {{ rows.is_key(columns) }}
), keyed AS (
  SELECT *{% for column in columns %}, {{ column }} AS "__own_{{ loop.index }}"{% endfor %}

  FROM {{ inputs[0] }}
)
SELECT
  keyed.*,
  0 AS "__ordinal",
  CASE WHEN "__key_1" IS {{ "" if params.keep == "matching" else "NOT " }}NULL THEN {{ ("no match" if params.keep == "matching" else "has a match") | literal }} END AS "__reason"
FROM keyed LEFT JOIN known
  ON {% for column in columns %}"__own_{{ loop.index }}" = "__key_{{ loop.index }}"{{ "" if loop.last else " AND " }}{% endfor %}
