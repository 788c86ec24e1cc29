{%- set noun = {"text": "a text", "number": "a number", "integer": "an integer", "boolean": "a boolean", "list": "a list", "struct": "a struct"} -%}
{%- set keys = ["type", "minimum", "maximum", "values", "pattern"] -%}

{#- The reason for a column when the condition holds; both are null-safe: a null passes. -#}
{%- macro unless(path, condition, complaint) %}
  WHEN {{ condition }} THEN {{ (path ~ ": " ~ complaint) | literal }}
{%- endmacro -%}

{%- macro number(column) -%}
TRY_CAST(CAST({{ column }} AS VARCHAR) AS DOUBLE)
{%- endmacro -%}

{#- A column is of a type by DuckDB's own; numbers may be written as text. -#}
{%- macro is_of(column, type) -%}
{%- if type == "text" -%} typeof({{ column }}) = 'VARCHAR'
{%- elif type == "boolean" -%} typeof({{ column }}) = 'BOOLEAN'
{%- elif type == "list" -%} typeof({{ column }}) LIKE '%[]'
{%- elif type == "struct" -%} typeof({{ column }}) LIKE 'STRUCT%)'
{%- elif type == "number" -%} coalesce(isfinite({{ number(column) }}), false) AND typeof({{ column }}) <> 'BOOLEAN'
{%- elif type == "integer" -%} coalesce(isfinite({{ number(column) }}) AND {{ number(column) }} = trunc({{ number(column) }}), false) AND typeof({{ column }}) <> 'BOOLEAN'
{%- else -%} {{ ("fields: there is no type " ~ type ~ "; known: " ~ noun | join(", ")) | refuse }}
{%- endif -%}
{%- endmacro -%}

{#- What minimum and maximum are of: the value of a number, the length of anything else. -#}
{%- macro size(column, field) -%}
{%- if field.type is defined and field.type in ("text", "list") -%} len({{ column }})
{%- else -%} {{ number(column) }}
{%- endif -%}
{%- endmacro -%}

{%- macro is_one_of(column, values) -%}
{%- for value in values -%}
{{ " OR " if not loop.first }}{% if value is number and value is not boolean %}{{ number(column) }} = {{ value | literal }}{% else %}CAST({{ column }} AS VARCHAR) = {{ (value | string | lower if value is boolean else value) | literal }}{% endif %}
{%- endfor -%}
{%- endmacro -%}

CASE
{%- for path in params.required %}
{{- unless(path, refs[path] ~ " IS NULL", "missing") }}
{%- endfor %}
{%- for path, field in params.fields.items() %}
{%- set column = refs[path] %}
{%- for key in field if key not in keys %}{{ ("fields: " ~ path ~ ": there is no " ~ key ~ "; known: " ~ keys | join(", ")) | refuse }}{% endfor %}
{%- if field.type is defined %}
{{- unless(path, column ~ " IS NOT NULL AND NOT (" ~ is_of(column, field.type) ~ ")", "not " ~ noun[field.type]) }}
{%- endif %}
{%- if field.minimum is defined %}
{{- unless(path, size(column, field) ~ " < " ~ field.minimum | literal, "below " ~ "%g" | format(field.minimum)) }}
{%- endif %}
{%- if field.maximum is defined %}
{{- unless(path, size(column, field) ~ " > " ~ field.maximum | literal, "above " ~ "%g" | format(field.maximum)) }}
{%- endif %}
{%- if field.get("values") %}
{{- unless(path, column ~ " IS NOT NULL AND NOT coalesce(" ~ is_one_of(column, field.get("values")) ~ ", false)", "not one of the values") }}
{%- endif %}
{%- if field.pattern is defined %}
{{- unless(path, "NOT regexp_full_match(CAST(" ~ column ~ " AS VARCHAR), " ~ field.pattern | literal ~ ")", "not of the pattern") }}
{%- endif %}
{%- endfor %}
  WHEN false THEN ''
END
