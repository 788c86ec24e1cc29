{#- "{a} of {b}" is split at its braces, so that a value that holds "{b}" stays what it is. -#}
{% set brace = "\x01" %}
{% set pieces = params.template.replace("{{", brace).split("{") %}
{% set parts = namespace(sql=pieces[0].replace(brace, "{").replace("}}", "}") | literal) %}
{% for piece in pieces[1:] %}
{% set name, _, rest = piece.partition("}") %}
{% set parts.sql = parts.sql ~ " || CAST(" ~ refs[name] ~ " AS VARCHAR) || " ~ rest.replace(brace, "{").replace("}}", "}") | literal %}
{% endfor %}
{{ parts.sql }}
