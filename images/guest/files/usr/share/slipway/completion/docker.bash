# Completion of docker's commands, options, containers and images. Options come from the command's own --help.

_docker_words() { COMPREPLY+=($(compgen -W "$1" -- "$cur")); }
_docker_options() { _docker_words "$(docker "$@" --help 2>/dev/null | grep -oE '(^|[ ,])--[a-z][a-z-]*' | tr -d ' ,')"; }
_docker_commands() { docker "$@" --help 2>/dev/null | awk '/Commands:/ { on = 1; next } /^[^ ]|^$/ { on = 0 } on { sub(/\*$/, "", $1); print $1 }'; }
_docker_containers() { _docker_words "$(docker ps --format '{{.Names}}' "$@" 2>/dev/null)"; }
_docker_images() { _docker_words "$(docker images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null | sed -n 's/:latest$//p; /:<none>$/d; p')"; }

_docker() {
  local cur=${COMP_WORDS[COMP_CWORD]} word command= group= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    [[ $word == -* ]] && continue
    if [[ -z $command ]]; then
      command=$word
      case $command in container|image|network|volume|system|builder|compose|context) group=$command command= ;; esac
    fi
    [[ -n $command ]] && break
  done

  if [[ -z $command ]]; then
    [[ $cur == -* ]] && _docker_options $group || _docker_words "$(_docker_commands $group)"
    return
  fi
  if [[ $cur == -* ]]; then
    _docker_options $group $command
    return
  fi
  case $group/$command in
    /start|container/start) _docker_containers --filter status=exited --filter status=created ;;
    /exec|/stop|/kill|/attach|/pause|/top|/stats|/restart|container/exec|container/stop|container/kill) _docker_containers ;;
    /rm|/logs|/inspect|/wait|/port|/rename|/diff|/commit|/export|/update|container/*) _docker_containers --all ;;
  esac
  case $group/$command in
    /run|/create|/rmi|/tag|/push|/save|/history|/inspect|container/run|container/create|image/*) _docker_images ;;
    network/*) _docker_words "$(docker network ls --format '{{.Name}}' 2>/dev/null)" ;;
    volume/*) _docker_words "$(docker volume ls --format '{{.Name}}' 2>/dev/null)" ;;
    /cp|/load|/import|/build) compopt -o default ;;
  esac
}
complete -F _docker docker
