{#- "{a} of {b}" is split at its braces, so that a value that holds "{b}" stays what it is. -#}
{% set brace = "\x01" %}
{% set pieces = params.template.replace("{{", brace).split("{") %}
{% set parts = namespace(sql=pieces[0].replace(brace, "{").replace("}}", "}") | literal) %}
{% for piece in pieces[1:] %}
{% set name, _, rest = piece.partition("}") %}
{% set value = "CAST(" ~ refs[name] ~ " AS VARCHAR)" %}
{% set value = "coalesce(" ~ value ~ ", '')" if params.missing == "empty" else value %}
{% set parts.sql = parts.sql ~ " || " ~ value ~ " || " ~ rest.replace(brace, "{").replace("}}", "}") | literal %}
{% endfor %}
{{ parts.sql }}
