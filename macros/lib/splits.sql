{#- Which part of a split a row belongs to: its key's lot from 0 to 1 falls into one of the shares. -#}
{%- macro part(values, shares, seed) -%}
{% import "lib/rows.sql" as rows %}
{%- if not shares or shares.values() | min < 0 or not shares.values() | sum -%}{{ "shares are numbers from 0, and one of them is above 0" | refuse }}{%- endif -%}
{%- set keyed %}CASE WHEN coalesce({% for value in values %}CAST({{ value }} AS VARCHAR){{ "" if loop.last else ", " }}{% endfor %}) IS NULL THEN 'row ' || "__source" ELSE {{ rows.key(values) }} END{% endset -%}
{%- set lot = "md5_number_lower(" ~ keyed ~ " || " ~ (":" ~ seed) | literal ~ ") / 18446744073709551616.0" -%}
{%- set edge = namespace(at=0) -%}
list_transform([{{ lot }}], lambda lot: CASE
{%- for name, share in shares.items() %}
{%- set edge.at = edge.at + share %}
{%- if loop.last %}
  ELSE {{ name | literal }}
{%- else %}
  WHEN lot < {{ (edge.at / (shares.values() | sum)) | literal }} THEN {{ name | literal }}
{%- endif %}
{%- endfor %}
END)[1]
{%- endmacro -%}
