{#- Values stay as they are: which columns go follows from what the operator declares. -#}
{{ value }}
