# Completion of the lxc-* commands: containers' names and options.

_lxc() {
  local command=${COMP_WORDS[0]##*/} cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=
  case $before in
    -t|--template) [[ $command == lxc-create ]] && words=$(cd /usr/share/lxc/templates && echo lxc-* | sed 's/lxc-//g') ;;
    --) [[ $command == lxc-create ]] && words=$(docker images --format '{{.Repository}}' 2>/dev/null) ;;
    -s|--state) words='STOPPED STARTING RUNNING STOPPING ABORTING FREEZING FROZEN THAWED' ;;
  esac
  if [[ -z $words && $cur == -* ]]; then
    words=$("$command" --help 2>&1 | grep -oE '(^|[ ,])--[a-z][a-z-]*' | tr -d ' ,')
  elif [[ -z $words && $command != lxc-create ]]; then
    case $command in
      lxc-start) words=$(lxc-ls -1 --stopped 2>/dev/null) ;;
      lxc-stop|lxc-attach|lxc-console|lxc-freeze|lxc-top) words=$(lxc-ls -1 --active 2>/dev/null) ;;
      *) words=$(lxc-ls -1 2>/dev/null) ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _lxc lxc-attach lxc-autostart lxc-cgroup lxc-config lxc-console lxc-copy lxc-create lxc-destroy lxc-device \
  lxc-execute lxc-freeze lxc-info lxc-ls lxc-monitor lxc-snapshot lxc-start lxc-stop lxc-top lxc-unfreeze lxc-wait
