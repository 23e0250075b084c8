# Bash completion of presign. Takes the commands and options from its help.
# shellcheck shell=bash

# $1: the program; $2: the word to be completed; $3: the one before it.
_presign() {
  local program=${1/#\~/$HOME} current=$2 previous=$3 line
  local command=() commands=() options=() value='' words=()
  if [[ $current == '=' ]]; then  # Bash takes --name=value for three words
    current=
  elif [[ $previous == '=' ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi

  while IFS= read -r line; do
    if [[ $line =~ ^' '+'presign '([a-z]+)' [OPTIONS]' ]]; then
      commands+=("${BASH_REMATCH[1]}")
      [[ $COMP_CWORD -eq 1 || ${COMP_WORDS[1]} != "${BASH_REMATCH[1]}" ]] ||
        command=("${BASH_REMATCH[1]}")
    fi
  done < <("$program" --help 2> /dev/null)
  while IFS= read -r line; do
    if [[ $line =~ ^'  '(-.', ')?(--[a-z-]+)' '?([A-Z]*) ]]; then
      options+=("${BASH_REMATCH[2]}")
      [[ ${BASH_REMATCH[2]} != "$previous" ]] || value=${BASH_REMATCH[3]}
    fi
  done < <("$program" "${command[@]}" --help 2> /dev/null)

  case $previous:$value in
    *:FILE)
      compopt -o filenames 2> /dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return
      ;;
    --method:NAME) words=(GET HEAD PUT POST DELETE) ;;
    --profile:NAME)
      mapfile -t words < <(sed -nE 's/^\[(profile +)?([^] ]+) *\].*/\2/p' \
        "${AWS_CONFIG_FILE:-$HOME/.aws/config}" \
        "${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}" 2> /dev/null | sort -u)
      ;;
    *:?*) ;;
    *)
      if [[ $current == -* ]]; then
        words=("${options[@]}")
      elif [[ $COMP_CWORD -eq 1 ]]; then
        words=("${commands[@]}")
      fi
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$current")
}

complete -F _presign presign
