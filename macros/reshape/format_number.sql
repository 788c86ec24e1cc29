{% import "lib/text.sql" as text %}
{#- Digit by digit, so that no digit is lost: 0.1 and 123456789012345678 stay what they are. -#}
{% set plain = "trim(" ~ text.western_digits("CAST(" ~ value ~ " AS VARCHAR)") ~ ")" %}
{% set bare = "replace(replace(regexp_replace(" ~ plain ~ ", '^([-+−]?)\\s*[$€£¥]?\\s*|\\s*[%$€£¥]$', '\\1', 'g'), ',', ''), '−', '-')" %}
{% set exponent = "(?:[eE][-+]?[0-9]{1,2})?" %}
{% set is_number = "regexp_full_match(" ~ plain ~ ", " ~ ("[-+−]?\\s*[$€£¥]?\\s*(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\\.[0-9]*)?|\\.[0-9]+)" ~ exponent ~ "\\s*[%$€£¥]?") | literal ~ ")" %}
{% set digits = "CASE WHEN regexp_matches(" ~ bare ~ ", '[eE]') THEN CAST(try_cast(" ~ bare ~ " AS DECIMAL(38, 12)) AS VARCHAR) ELSE " ~ bare ~ " END" %}
{% set whole = "regexp_replace(split_part(ltrim(" ~ digits ~ ", '+-'), '.', 1), '^0+([0-9])', '\\1')" %}
{% set whole = "coalesce(nullif(" ~ whole ~ ", ''), '0')" %}
{% set fraction = "rtrim(split_part(" ~ digits ~ ", '.', 2), '0')" %}
{% if params.thousands %}
{% set whole = "reverse(regexp_replace(regexp_replace(reverse(" ~ whole ~ "), '([0-9]{3})', '\\1,', 'g'), ',$', ''))" %}
{% endif %}
{% set written = "CASE WHEN left(" ~ bare ~ ", 1) = '-' AND regexp_matches(" ~ digits ~ ", '[1-9]') THEN '-' ELSE '' END || " ~ whole ~ " || CASE WHEN " ~ fraction ~ " = '' THEN '' ELSE '.' || " ~ fraction ~ " END" %}
{% if part == "fail" %}
{{ "CASE WHEN NOT " ~ is_number ~ " THEN 'not a number' END" if params.invalid == "fail" else "NULL" }}
{% else %}
CASE WHEN {{ is_number }} THEN {{ written }} ELSE {{ "CAST(" ~ value ~ " AS VARCHAR)" if params.invalid == "keep" else "NULL" }} END
{% endif %}
