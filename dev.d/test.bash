# shellcheck shell=bash
# ./dev test: all suites under prove, on any build.

# test_programs PATH…: what prove is to run for these, one a line.
test_programs()
{
	local path dir
	dir=$(build_dir)
	dir=${dir#"$top"/}
	for path; do
		path=${path%/}
		case $path in
		*.t) echo "$path" ;;
		*-t) echo "$dir/$path" ;;
		t/package) find t/package -name '*.t' ;;
		*)
			find "$path" -name '*.t' -not -path '*/node_modules/*' \
			    -not -path 't/package/*'
			[ ! -d "$dir/$path" ] ||
				find "$dir/$path" -name '*-t' -type f -executable
			;;
		esac
	done | sort | if [ "$variant" = valgrind ]; then under_valgrind; else cat; fi
}

# Stands in for each C program on stdin, which prove can run only by name.
under_valgrind()
{
	local program script
	while read -r program; do
		script=$CRUDDUR_TEST_DIR/$(basename "$program")
		case $program in
		*.t) echo "$program" ;;
		*)
			printf '#!/bin/sh\nexec %s %s\n' "${valgrind[*]}" \
			    "$program" >"$script"
			chmod +x "$script"
			echo "$script"
			;;
		esac
	done
}

# prepare_suites PATH…: all that the suites in these need.
prepare_suites()
{
	build
	build_tests
	case $* in
	t | *t/web*)
		build_web
		npm_ci t/web
		;;
	esac
}

# Where the tests' stacks lie. In memory where there is room: Postgres and
# DynamoDB Local wait for the disk at each commit, which takes most of a run.
make_test_dir()
{
	local where=/tmp
	[ ! -w /dev/shm ] || where=/dev/shm
	CRUDDUR_TEST_DIR=$(mktemp -d "$where/cruddur-test.XXXXXX")
	chmod 711 "$CRUDDUR_TEST_DIR"
	export CRUDDUR_TEST_DIR
	trap 'sweep_test_dir' EXIT
}

# How many tests run at once. They wait more than they work; valgrind makes them
# twenty times as slow, while the servers' deadlines stay what they are.
test_jobs()
{
	case $variant in
	valgrind) echo 1 ;;
	*) echo $((1 + $(nproc))) ;;
	esac
}

cmd_test()
{
	local paths=() programs
	for arg; do
		case $arg in
		--asan | --valgrind | --clang) variant=${arg#--} ;;
		--package) paths+=(t/package) ;;
		-*) die "test knows no $arg" ;;
		*) paths+=("$arg") ;;
		esac
	done
	[ "${#paths[@]}" -gt 0 ] || paths=(t)
	setup
	case ${paths[*]} in
	*t/package*) cmd_deb .dev/deb ;;
	*) prepare_suites "${paths[@]}" ;;
	esac
	make_test_dir
	mapfile -t programs < <(test_programs "${paths[@]}")
	[ "${#programs[@]}" -gt 0 ] || die "there are no tests in ${paths[*]}"
	CRUDDUR_BUILD_DIR=$(build_dir)
	export CRUDDUR_BUILD_DIR CRUDDUR_DEV_VARIANT=$variant CRUDDUR_DEV_READY=1
	prove -It/lib -j "$(test_jobs)" --timer "${programs[@]}"
}

# What one request costs: t/bench/bench.pl says how it is measured.
cmd_bench()
{
	setup
	build
	build_tests
	CRUDDUR_DEV_READY=1 CRUDDUR_BUILD_DIR=$(build_dir) \
	    perl -It/lib t/bench/bench.pl "$@"
}

# The stream processor and the function under faults, ten minutes each.
cmd_soak()
{
	CRUDDUR_SOAK_S=${1:-600} cmd_test t/stream/faults.t t/stream/lambda-faults.t
}

# Stacks that a killed test left behind.
sweep_test_dir()
{
	local dir
	for dir in "$CRUDDUR_TEST_DIR"/*/; do
		[ ! -d "$dir/logs" ] || CRUDDUR_DEV_STATE=${dir%/} ./dev reset --yes
	done
	rm -rf "$CRUDDUR_TEST_DIR"
}
