# shellcheck shell=bash
# ./dev: what a machine needs, and what is built of the sources.

# --- set-up of a bare machine ----------------------------------------------

# The packages that debian/control names, tests' ones included.
setup_packages()
{
	local problem
	if problem=$(dpkg-checkbuilddeps debian/control 2>&1); then
		return
	fi
	step "installing Debian packages${problem:+ (${problem##*error: })}"
	as_root apt-get update -qq
	without_starting_services as_root apt-get build-dep -y -qq \
	    --no-install-recommends "$top" >&2
}

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		DEBIAN_FRONTEND=noninteractive "$@"
	else
		sudo DEBIAN_FRONTEND=noninteractive "$@"
	fi
}

# The packages of nginx and Postgres start servers of their own, which nobody
# asked for here: a policy-rc.d forbids it meanwhile.
without_starting_services()
{
	local policy=/usr/sbin/policy-rc.d status=0
	if [ -e "$policy" ]; then
		"$@"
		return
	fi
	printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
	as_root chmod 755 "$policy"
	"$@" || status=$?
	as_root rm -f "$policy"
	return "$status"
}

# npm_ci FOLDER: node_modules as package-lock.json says, if it is not yet.
npm_ci()
{
	if cmp -s "$1/package-lock.json" "$1/node_modules/.lock-installed"; then
		return
	fi
	step "installing npm packages of $1"
	(cd "$1" && npm ci --no-fund --no-audit --loglevel=error >&2) || return
	cp "$1/package-lock.json" "$1/node_modules/.lock-installed"
}

# The npm of Debian 12 leaves out native packages that it should install, and its
# Node is 18: newer ones of both, from the npm registry, go before them.
need_node()
{
	local dir=$top/.dev/node
	case $(node --version) in
	v1?.*) ;;
	*) return ;;
	esac
	if [ ! -x "$dir/node_modules/.bin/node" ]; then
		step "installing a newer Node and npm"
		mkdir -p "$dir"
		(cd "$dir" && npm install --no-fund --no-audit --loglevel=error \
		    --prefix . npm@11 "$(node -p '"node@" +
		    require("../../web/package.json").devDependencies.node')" >&2)
	fi
	PATH=$dir/node_modules/.bin:$PATH
}

setup()
{
	[ -z "${CRUDDUR_DEV_READY:-}" ] || return 0
	setup_packages
	need_node
	npm_ci t/emulators
}

# --- building --------------------------------------------------------------

# The variant decides the build tree and how servers are run (spawn_ours).
variant=${CRUDDUR_DEV_VARIANT:-gcc}
# valgrind looks for what is read before it is written; leaks are ASan's to
# find. Its freeing of libc's memory would print a child's buffers again.
valgrind=(valgrind -q --error-exitcode=99 --leak-check=no
	--run-libc-freeres=no)

build_dir()
{
	case $variant in
	gcc | valgrind) echo "$top/.dev/build" ;;
	*) echo "$top/.dev/build-$variant" ;;
	esac
}

configure_args()
{
	echo --without-web # build_web does it, once for all of them
	case $variant in
	asan) echo --enable-sanitize ;;
	clang) echo CC=clang ;;
	esac
}

build()
{
	[ -z "${CRUDDUR_DEV_READY:-}" ] || return 0
	local dir
	dir=$(build_dir)
	if [ ! -e configure ] || [ configure.ac -nt configure ]; then
		step "autoreconf"
		autoreconf -i >&2
	fi
	if [ ! -e "$dir/config.status" ]; then
		step "configure (${dir#"$top"/})"
		mkdir -p "$dir"
		# shellcheck disable=SC2046 # words
		(cd "$dir" && "$top/configure" -q $(configure_args)) >&2
	fi
	step "make (${dir#"$top"/})"
	make -s -C "$dir" -j"$(nproc)" >&2
}

build_tests()
{
	[ -z "${CRUDDUR_DEV_READY:-}" ] || return 0
	make -s -C "$(build_dir)" -j"$(nproc)" check-programs >&2
}

# The web client, when something of it is newer than what was built.
build_web()
{
	[ -z "${CRUDDUR_DEV_READY:-}" ] && [ -e web/index.html ] || return 0
	npm_ci web || return
	if [ -e web/dist/index.html ] && [ -z "$(find web src/api/openapi.yaml -newer \
	    web/dist/index.html -type f -not -path 'web/node_modules/*' \
	    -not -path 'web/dist/*' -print -quit)" ]; then
		return
	fi
	step "web client"
	(cd web && npm run --silent build >&2)
}

# --- Debian packages -------------------------------------------------------

# build_debs FOLDER [VERSION]: what git tracks, as it stands, built in a folder
# of its own; the packages end up in FOLDER, the log beside them.
build_debs()
{
	local out=$1 version=${2:-} where=/tmp tree
	[ ! -w /dev/shm ] || where=/dev/shm # npm unpacks thousands of files
	build_debs_in=$(mktemp -d "$where/cruddur-deb.XXXXXX")
	trap 'rm -rf "$build_debs_in"' EXIT
	tree=$build_debs_in/cruddur
	rm -rf "$out"
	mkdir -p "$out" "$tree"
	git ls-files -z --cached --others --exclude-standard |
		tar -c --null --ignore-failed-read -T - | tar -x -C "$tree"
	[ -z "$version" ] || bump_version "$tree" "$version"
	if ! (cd "$tree" && npm_config_cache=$(npm config get cache) \
	    dpkg-buildpackage -b -us -uc) >"$out/build.log" 2>&1; then
		tail -n 30 "$out/build.log" >&2
		die "the packages were not built; the whole log is $out/build.log"
	fi
	mv "$build_debs_in"/*.deb "$build_debs_in"/*.changes \
	    "$build_debs_in"/*.buildinfo "$out"
	rm -rf "$build_debs_in"
}

# bump_version TREE VERSION: as for a release.
bump_version()
{
	sed -i "s/^AC_INIT(\[cruddur\], \[.*\])/AC_INIT([cruddur], [$2])/" \
	    "$1/configure.ac"
	sed -i "1s/(.*)/($2)/" "$1/debian/changelog"
}

# --- commands --------------------------------------------------------------

cmd_build()
{
	for arg; do
		case $arg in
		--asan | --clang) variant=${arg#--} ;;
		*) die "build knows no $arg" ;;
		esac
	done
	setup
	build
	build_web
}

# deb [FOLDER [VERSION]]
cmd_deb()
{
	local folder=${1:-.dev/deb}
	if [ -z "${CRUDDUR_DEV_READY:-}" ]; then
		setup_packages
		need_node
	fi
	step "building the Debian packages${2:+ as version $2}"
	build_debs "$(realpath -m "$folder")" "${2:-}"
	ls -1 "$folder"/*.deb
}

cmd_format()
{
	local how=(-i)
	[ "${1:-}" != --check ] || how=(--dry-run --Werror)
	find src t -name '*.[ch]' -not -path '*/node_modules/*' \
	    -exec clang-format "${how[@]}" {} +
}
