# Fish completion of presign. Takes the commands and options from its help.

function __presign_profiles
    set -l files $AWS_CONFIG_FILE $AWS_SHARED_CREDENTIALS_FILE ~/.aws/config ~/.aws/credentials
    sed -nE 's/^\[(profile +)?([^] ]+) *\].*/\2/p' $files 2>/dev/null
end

complete -c presign -f
set -l commands (presign --help 2>/dev/null | string replace -rf '^ +presign ([a-z]+) \[OPTIONS\].*' '$1')
complete -c presign -n __fish_is_first_arg -a "$commands"
for command in presign presign\ $commands
    set command (string split ' ' $command)
    set -l here "not __fish_seen_subcommand_from $commands"
    test (count $command) -eq 1; or set here "__fish_seen_subcommand_from $command[2]"

    # Indented lines continue the description of an option.
    set -l help ($command --help 2>/dev/null | string collect)
    for line in (string replace -ra '\n {10,}' ' ' -- $help | string split \n)
        string match -rq '^  (-., )?--(?<name>[a-z-]+)( (?<value>[A-Z][A-Z=:]*))? +(?<about>.*)$' -- $line
        or continue
        switch $name:$value
            case '*:'
                complete -c presign -n $here -l $name -d $about
            case '*:FILE'
                complete -c presign -n $here -l $name -d $about -rF
            case method:NAME
                complete -c presign -n $here -l $name -d $about -xa 'GET HEAD PUT POST DELETE'
            case profile:NAME
                complete -c presign -n $here -l $name -d $about -xa '(__presign_profiles)'
            case '*'
                complete -c presign -n $here -l $name -d $about -x
        end
    end
end
