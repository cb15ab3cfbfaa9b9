# Read by interactive bash shells.
case $- in *i*) ;; *) return ;; esac
[ -n "$SLIPWAY_BASHRC_READ" ] && [ "$SLIPWAY_BASHRC_READ" = $$ ] && return
SLIPWAY_BASHRC_READ=$$

shopt -s checkwinsize histappend globstar
HISTCONTROL=ignoreboth HISTSIZE=5000 HISTFILESIZE=20000
# Each command is kept as it ends: a tab may be closed at any time.
PROMPT_COMMAND='history -a'
PS1='\[\e[1;32m\]\u@\h\[\e[0m\]:\[\e[1;34m\]\w\[\e[0m\]\$ '

LS_COLORS='di=1;34:ln=1;36:so=1;35:pi=33:ex=1;32:bd=1;33:cd=1;33:su=37;41:sg=30;43:tw=30;42:ow=34;42:*.tar=31:*.gz=31:*.xz=31:*.zst=31:*.zip=31'
export LS_COLORS
alias ls='ls --color=auto' ll='ls -l' la='ls -la' l='ls -CF'
alias grep='grep --color=auto' egrep='grep -E --color=auto' fgrep='grep -F --color=auto'
alias diff='diff --color=auto' ip='ip -color=auto'

# Completions are read when first asked for.
_slipway_complete() {
  local name=${1##*/}
  . "/usr/share/slipway/completion/${name%%-*}.bash" && return 124
}
complete -F _slipway_complete docker lxc-attach lxc-autostart lxc-cgroup lxc-config lxc-console lxc-copy lxc-create \
  lxc-destroy lxc-device lxc-execute lxc-freeze lxc-info lxc-ls lxc-monitor lxc-snapshot lxc-start lxc-stop lxc-top \
  lxc-unfreeze lxc-wait
