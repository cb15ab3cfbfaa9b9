# Stands in for debconf's /usr/share/debconf/confmodule while packages are set up at build time: debconf is a Perl program, and starting it
# for each package takes longer than all else together. Every question gets its default, as noninteractive debconf would give it;
# debconf's own database fills when packages are installed later. debconf-devel(7).

_answers=$(mktemp -d)
trap 'rm -rf "$_answers"' EXIT

_key() { printf '%s' "$1" | tr '/' '_'; }

# The default of a question's template.
_default() {
  sed -n "/^Template: $(printf '%s' "$1" | sed 's/[.[*^$/]/\\&/g')\$/,/^\$/s/^Default: //p" /var/lib/dpkg/info/*.templates | head -n 1
}

db_get() {
  RET=
  if [ -e "$_answers/$(_key "$1")" ]; then RET=$(cat "$_answers/$(_key "$1")"); else RET=$(_default "$1"); fi
  return 0
}
db_set() {
  _name=$(_key "$1")
  shift
  printf '%s' "$*" > "$_answers/$_name"
  RET='value set'
}
db_input() { RET='question skipped'; return 30; }
db_fget() { RET=false; }
db_version() { RET=2.0; }
db_capb() { RET=multiselect; }
db_metaget() { RET=; }
for _verb in go beginblock endblock fset subst settitle title info stop register unregister purge progress x_loadtemplatefile clear reset; do
  eval "db_$_verb() { RET=; return 0; }"
done
