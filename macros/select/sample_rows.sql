{#- A row's lot depends on its id and the seed alone: the same rows on every machine, in any order. -#}
{% set lot = "md5_number_lower(CAST(\"__id\" AS VARCHAR) || ':' || " ~ params.seed | string | literal ~ ")" %}
{% if params.count is not none %}
SELECT "__id", 'not in the sample' AS reason
FROM (SELECT "__id", row_number() OVER (ORDER BY {{ lot }}, "__id") AS place FROM {{ input }})
WHERE place > {{ params.count | literal }}
{% else %}
SELECT "__id", 'not in the sample' AS reason
FROM {{ input }}
WHERE {{ lot }} / 18446744073709551616.0 >= {{ params.share | literal }}
{% endif %}
