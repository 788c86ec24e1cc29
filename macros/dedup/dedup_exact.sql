{% import "lib/text.sql" as text %}
{#- What of a column is compared; empty or null where it holds nothing. -#}
{% set compared %}
{% if params.compare == "case_space" %}
{{ text.trimmed("regexp_replace(lower(part), " ~ (text.any_space ~ "+") | literal ~ ", ' ', 'g')") }}
{%- elif params.compare == "letters" %}
regexp_replace(lower(part), '[^\p{L}\p{M}\p{N}]+', '', 'g')
{%- else %}
CASE WHEN NOT ({{ text.is_blank("part") }}) THEN part END
{%- endif %}
{% endset %}
{% set ignored = {"whitespace": text.any_space, "punctuation": "[^\\p{L}\\p{M}\\p{N}\\s]", "digits": "\\p{N}"} %}
{% set key = namespace(part="lower(" ~ compared ~ ")" if "case" in params.ignore else compared) %}
{% for kind, pattern in ignored.items() if kind in params.ignore %}
{% set key.part = "regexp_replace(" ~ key.part ~ ", " ~ (pattern ~ "+") | literal ~ ", '', 'g')" %}
{% endfor %}
{% set score = "try_cast(" ~ refs[params.score] ~ " AS DOUBLE)" if params.score is not none else "NULL::DOUBLE" %}
WITH written AS (
{% if params.columns is none %}
  SELECT "__id", score, list_value(*COLUMNS(* EXCLUDE ("__id", score))) AS parts
  FROM (
    SELECT "__id", {{ score }} AS score, CAST(COLUMNS(* EXCLUDE ("__id", "__source")) AS VARCHAR)
    FROM {{ input }}
  )
{% else %}
  SELECT "__id", {{ score }} AS score, [{% for column in params.columns %}CAST({{ refs[column] }} AS VARCHAR){{ "" if loop.last else ", " }}{% endfor %}] AS parts
  FROM {{ input }}
{% endif %}
), judged AS (
  SELECT "__id", CASE WHEN NOT isnan(score) THEN score END AS score, list_transform(parts, lambda part: nullif({{ key.part }}, '')) AS parts
  FROM written
), keyed AS (
  SELECT "__id", score, md5_number(array_to_string(list_transform(parts, lambda part: {{ text.key_part("part") }}), ',')) AS key
  FROM judged
  WHERE len(list_filter(parts, lambda part: part IS NOT NULL)) > 0
), ranked AS (
  SELECT "__id", first_value("__id") OVER best AS survivor
  FROM keyed
  WINDOW best AS (PARTITION BY key ORDER BY score {{ "DESC" if params.prefer == "highest" else "ASC" }} NULLS LAST, "__id")
)
SELECT "__id", 'exact duplicate' AS reason, 'of row ' || survivor AS detail
FROM ranked
WHERE "__id" <> survivor
