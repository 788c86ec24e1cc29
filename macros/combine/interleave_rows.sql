{#- The n-th row of an input (from 0) stands at (n + 1/2) / weight, and all go by where they stand:
    an input of weight 2 gives two rows for each one of weight 1, evenly spread. Copies of a row
    come round by round, so that the n-th copy stands behind all (n-1)-th ones. -#}
{% for name in ("weights", "repeats", "maximum") if params[name] and params[name] | length != inputs | length %}
{{ (name ~ " needs a number for each of the inputs") | refuse }}
{% endfor %}
{% if params.weights | select("le", 0) | list %}{{ "weights are above 0" | refuse }}{% endif %}
WITH
{% for one in inputs %}
{% set repeats = params.repeats[loop.index0] if params.repeats else 1 %}
"__numbered_{{ loop.index }}" AS (
  SELECT *, row_number() OVER (ORDER BY "__id") - 1 AS "__place", count(*) OVER () AS "__number"
  FROM (SELECT * FROM {{ one }}{% if params.maximum %} ORDER BY "__id" LIMIT {{ params.maximum[loop.index0] | literal }}{% endif %})
), "__repeated_{{ loop.index }}" AS (
  SELECT *, ("__copy" * "__number" + "__place" + 0.5) / {{ (params.weights[loop.index0] if params.weights else 1) | literal }} AS "__order"
  FROM (
    SELECT *, unnest(range({{ repeats | int }} + CAST("__place" < round({{ repeats - repeats | int }} * "__number") AS BIGINT))) AS "__copy"
    FROM "__numbered_{{ loop.index }}"
  )
){{ "" if loop.last else "," }}
{% endfor %}
SELECT * EXCLUDE ("__place", "__number", "__copy", "__order"), "__copy" AS "__ordinal", "__order"
FROM (
{% for one in inputs %}
  SELECT * FROM "__repeated_{{ loop.index }}"
  {{ "" if loop.last else "UNION ALL BY NAME" }}
{% endfor %}
)
{% if params.stop == "first" %}
WHERE "__order" < least(
{% for one in inputs %}
  (SELECT (count(*) + 0.5) / {{ (params.weights[loop.index0] if params.weights else 1) | literal }} FROM "__repeated_{{ loop.index }}"){{ "" if loop.last else "," }}
{% endfor %}
)
{% endif %}
