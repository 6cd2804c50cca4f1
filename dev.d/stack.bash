# shellcheck shell=bash
# ./dev: processes, and a whole stack of them.

# --- processes -------------------------------------------------------------

# A pid file holds "PID START": a pid that was given out again is not ours.
start_time()
{
	local stat
	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	# shellcheck disable=SC2086 # words
	set -- ${stat##*) }
	echo "${20}"
}

# spawn NAME COMMAND...: in a session of its own, so that Ctrl-C is ours alone.
spawn()
{
	local name=$1
	shift
	setsid "$@" >>"$logs/$name.log" 2>&1 </dev/null 9>&- &
	echo "$! $(start_time $!)" >"$state/$name.pid"
	disown
}

# pid_of NAME: its pid if it lives.
pid_of()
{
	local pid start
	read -r pid start 2>/dev/null <"$state/$1.pid" || return 1
	[ "$(start_time "$pid")" = "$start" ] || return 1
	[ "$(cut -d' ' -f3 "/proc/$pid/stat" 2>/dev/null)" != Z ] || return 1
	echo "$pid"
}

alive()
{
	pid_of "$1" >/dev/null
}

dead()
{
	! alive "$1"
}

# start SERVICE...: launch all, then wait until each is ready.
start()
{
	local name
	for name; do
		alive "$name" && continue
		kill_orphans "$name"
		"launch_$name"
	done
	for name; do
		[ -e "$state/$name.pid" ] || continue
		until_true 30 ready_or_dead "$name"
		alive "$name" && "ready_$name" >/dev/null 2>&1 && continue
		tail -n 20 "$logs/$name.log" >&2
		die "$name did not start; its log is $logs/$name.log"
	done
}

ready_or_dead()
{
	dead "$1" || "ready_$1"
}

# halt SERVICE...: a polite signal to all, ten seconds, then an end.
halt()
{
	local name pid signal
	for name; do
		pid=$(pid_of "$name") || continue
		signal=TERM
		[ "$name" != postgres ] || signal=INT # does not wait for clients
		kill -"$signal" "$pid"
		kill -CONT "$pid" 2>/dev/null || true # a test may have stopped it
	done
	for name; do
		until_true 10 dead "$name" || say "$name had to be killed"
		kill_orphans "$name"
	done
}

# kill_orphans SERVICE: what is left of it. It led the group of its children,
# unless its pid went to somebody else since.
kill_orphans()
{
	local pid start now
	read -r pid start 2>/dev/null <"$state/$1.pid" || return 0
	now=$(start_time "$pid") || now=$start
	[ "$now" != "$start" ] || kill -KILL -- "-$pid" 2>/dev/null || true
	rm -f "$state/$1.pid"
}

# --- a whole stack ---------------------------------------------------------

check_ports()
{
	local name port
	for name in "${services[@]}"; do
		alive "$name" && continue
		kill_orphans "$name"
		for port in ${ports[$name]}; do
			(: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || continue
			die "port $port (for $name) is in use:" \
			    "stop what uses it, or set CRUDDUR_DEV_PORT"
		done
	done
}

start_stack()
{
	check_ports
	need_data
	remember_ports
	step "starting Postgres, DynamoDB Local, cognito-local"
	start "${backends[@]}"
	step "starting cruddur and nginx"
	start "${frontends[@]}"
}

# with_state COMMAND...: alone in $state.
with_state()
{
	[ "${#api_socket}" -lt 100 ] ||
		die "the path $state is too long for a socket"
	mkdir -p "$logs"
	exec 9>"$state/lock"
	flock -n 9 || die "another ./dev works on $state"
	"$@"
	exec 9>&-
}

# Ports that are named in the environment win over these.
remember_ports()
{
	local name
	for name in "${!CRUDDUR_DEV_@}"; do
		case $name in
		*_PORT) echo ": \"\${$name:=${!name}}\"" ;;
		esac
	done >"$state/ports"
}

stop_stack()
{
	rm -f "$state/ports"
	halt nginx
	halt stream api
	halt "${backends[@]}"
	check_reports
}

# What a sanitizer or valgrind wrote of our servers is a failure.
check_reports()
{
	local reports
	reports=$(find "$logs" -name 'report.*' -size +0 2>/dev/null)
	[ -n "$reports" ] || return 0
	# shellcheck disable=SC2086 # words
	cat $reports >&2
	die "memory errors were reported, see above"
}

show_stack()
{
	local name pid result=1
	for name in "${services[@]}"; do
		if pid=$(pid_of "$name"); then
			printf '%-9s running %7d  %s\n' "$name" "$pid" \
			    "$("where_$name")"
			result=0
		elif [ -e "$state/$name.pid" ]; then
			printf '%-9s DEAD, see %s\n' "$name" "$logs/$name.log"
		else
			printf '%-9s stopped\n' "$name"
		fi
	done
	return "$result"
}

need_stack()
{
	show_stack >/dev/null || die "no stack is running: ./dev run"
}
