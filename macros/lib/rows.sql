{#- How whole rows are ranked, drawn and told apart, said once for every SQL body that chooses rows. -#}

{#- A row's lot depends on its id and the seed alone: the same rows on every machine, in any order. -#}
{%- macro lot(seed) -%}
md5_number_lower(CAST("__id" AS VARCHAR) || ':' || {{ seed | string | literal }})
{%- endmacro -%}

{#- A score as DOUBLE; null where it is missing or not a number. -#}
{%- macro score(value) -%}
CASE WHEN NOT isnan(try_cast({{ value }} AS DOUBLE)) THEN try_cast({{ value }} AS DOUBLE) END
{%- endmacro -%}

{#- The best rows first: missing scores come last, equal ones go by row number. -#}
{%- macro best(value, order) -%}
{{ score(value) }} {{ "DESC" if order == "highest" else "ASC" }} NULLS LAST, "__id"
{%- endmacro -%}

{#- The order in which rows are preferred: by a score, else by lot, else as they stand. -#}
{%- macro preferred(value, order, seed) -%}
{%- if value is not none -%}
{{ best(value, order) }}
{%- elif seed is not none -%}
{{ lot(seed) }}, "__id"
{%- else -%}
"__id"
{%- endif -%}
{%- endmacro -%}

{#- Whether none of the columns of a key is null: a null equals nothing. -#}
{%- macro is_key(values) -%}
{%- for value in values -%}{{ value }} IS NOT NULL{{ "" if loop.last else " AND " }}{%- endfor -%}
{%- endmacro -%}

{#- One text for several values; ('ab', 'c') and ('a', 'bc') differ. -#}
{%- macro key(values) -%}
{% import "lib/text.sql" as text %}
{%- for value in values -%}{{ text.key_part("CAST(" ~ value ~ " AS VARCHAR)") }}{{ "" if loop.last else " || ',' || " }}{%- endfor -%}
{%- endmacro -%}
