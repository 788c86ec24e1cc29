{#- Plain replacements are much faster than a pattern, and than trim() of given characters. -#}
{% set trimmed = "trim(replace(replace(replace(replace(piece, '\n', ' '), '\t', ' '), '\r', ' '), '\u3000', ' '))" %}
{% set part_at, joint = ("\n", "\n") if params.unit == "lines" else ("\n[^\\S\n]*\n", "\n\n") %}
WITH parted AS (
  SELECT "__id", {{ refs[params.column] }} AS whole, {% if params.unit == "lines" %}string_split{% else %}string_split_regex{% endif %}({{ refs[params.column] }}, {{ part_at | literal }}) AS parts
  FROM {{ input }}
), pieces AS (
  SELECT "__id", unnest(parts) AS piece, generate_subscripts(parts, 1) AS place
  FROM parted
), keyed AS MATERIALIZED (
  SELECT "__id", piece, place, CASE WHEN length({{ trimmed }}) >= {{ params.minimum | literal }} THEN hash({{ trimmed }}) END AS key
  FROM pieces
), shared AS (
  SELECT key, min("__id") AS survivor
  FROM keyed
  WHERE key IS NOT NULL
  GROUP BY key
  HAVING count(DISTINCT "__id") >= {{ params.rows | literal }}
), judged AS (
  SELECT "__id", piece, place, {% if params.keep == "first" %}coalesce("__id" <> survivor, FALSE){% else %}survivor IS NOT NULL{% endif %} AS goes
  FROM keyed LEFT JOIN shared USING (key)
), cleaned AS (
  SELECT "__id", coalesce(string_agg(piece, {{ joint | literal }} ORDER BY place) FILTER (WHERE NOT goes), '') AS rest
  FROM judged
  GROUP BY "__id"
  HAVING bool_or(goes)
)
SELECT "__id", coalesce(rest, whole) AS {{ params.into | identifier }}
FROM parted LEFT JOIN cleaned USING ("__id")
