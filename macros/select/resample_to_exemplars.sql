{#- Each bin keeps at most its share of a common total. The total is what the scarcest bin allows,
    or what `keep` asks for, if that is more: then scarce bins stay whole and short of their share. -#}
{% set number = "try_cast(" ~ refs[params.column] ~ " AS DOUBLE)" %}
{% set bin %}
CASE
  WHEN {{ refs[params.column] }} IS NULL THEN NULL
{% if params.categories is none %}
{% for edge in params.edges %}
  WHEN {{ number }} < {{ edge | literal }} THEN {{ loop.index }}
{% endfor %}
  WHEN {{ number }} IS NOT NULL AND NOT isnan({{ number }}) THEN {{ params.edges | length + 1 }}
{% else %}
{% for category in params.categories %}
  WHEN CAST({{ refs[params.column] }} AS VARCHAR) = {{ category | literal }} THEN {{ loop.index }}
{% endfor %}
  ELSE {{ params.categories | length + 1 }}
{% endif %}
END
{%- endset %}
WITH binned AS (
  SELECT "__id", {{ bin }} AS bin FROM {{ input }}
), counted AS (
  SELECT bin, count(*) AS available, coalesce({{ params.shares | list | literal }}[bin], 0) / {{ params.shares | sum }} AS share
  FROM binned WHERE bin IS NOT NULL GROUP BY bin
), planned AS (
  SELECT bin, share, available,
    greatest(min(available / nullif(share, 0)) OVER (), {{ params.keep | literal }} * sum(available) OVER ()) AS total
  FROM counted
), ranked AS (
  SELECT "__id", bin, row_number() OVER (PARTITION BY bin ORDER BY md5_number_lower(CAST("__id" AS VARCHAR) || ':' || {{ params.seed | string | literal }}), "__id") AS place
  FROM binned WHERE bin IS NOT NULL
)
SELECT "__id", {{ ("more such " ~ params.column ~ " than exemplars have") | literal }} AS reason
FROM ranked JOIN planned USING (bin)
WHERE place > round(total * share)
