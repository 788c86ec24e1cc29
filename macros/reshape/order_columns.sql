{#- Values stay as they are: where a column stands follows from what the operator declares. -#}
{{ value }}
