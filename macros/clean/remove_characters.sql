{#- One character class of RE2: what would mean something else in it is escaped. -#}
{% set class %}
{{ params.characters | replace("\\", "\\\\") | replace("]", "\\]") | replace("[", "\\[") | replace("^", "\\^") | replace("-", "\\-") }}
{%- for name in params.classes %}\p{{ "{" ~ name ~ "}" }}{% endfor %}
{% endset %}
{% set class = class | trim("\n") %}
{% if class %}
regexp_replace({{ value }}, {{ ("[" ~ ("^" if params.keep else "") ~ class ~ "]+") | literal }}, {{ params.replacement | replace("\\", "\\\\") | literal }}, 'g')
{% else %}
{{ "give characters or classes: nothing is named" | refuse }}
{% endif %}
