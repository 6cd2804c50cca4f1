# shellcheck shell=bash
# ./dev: our own servers, and nginx in front.

# --- cruddur itself --------------------------------------------------------

# What our programs are told, in the shape that ./dev env prints.
settings()
{
	cat <<-EOF
		CRUDDUR_URL=$url
		CRUDDUR_METRICS_URL=http://127.0.0.1:$metrics_port/metrics
		CRUDDUR_CA_FILE=$ca_file
		CRUDDUR_SOCKET=$api_socket
		CRUDDUR_ISSUER=$cognito_url/$(pool_id)
		CRUDDUR_DEMO_PASSWORD=$demo_password
		CRUDDUR_LOG_DIR=$logs
		CRUDDUR_CONFIG=/dev/null
		CRUDDUR_STREAM_METRICS_SOCKET=$state/stream.sock
		CRUDDUR_DATA_DIR=$top
		CRUDDUR_CERTIFICATE=$top/.dev/tls/localhost.pem
		CONNECTION_URL=$connection_url
		AWS_ENDPOINT_URL_DYNAMODB=$dynamodb_url
		AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=$cognito_url
		AWS_ACCESS_KEY_ID=cruddurdev
		AWS_SECRET_ACCESS_KEY=cruddurdev
		AWS_DEFAULT_REGION=us-east-1
		AWS_COGNITO_USER_POOL_ID=$(pool_id)
		AWS_COGNITO_CLIENT_ID=$(client_id)
	EOF
	# A first connection takes valgrind most of a second.
	[ "$variant" != valgrind ] || echo CRUDDUR_POSTGRES_CONNECT_TIMEOUT_MS=4000
	# A stack's own settings, one NAME=VALUE a line: they win.
	[ ! -e "$state/settings" ] || cat "$state/settings"
}

# cruddur WORDS…: the command-line tool, with our settings. What it says goes
# to a log: it is shown when it fails.
cruddur()
{
	local program env
	program=$(build_dir)/cruddur
	[ -x "$program" ] || die "$program is not there: ./dev build"
	mapfile -t env < <(settings)
	env -u AWS_REGION -u AWS_PROFILE -u AWS_SESSION_TOKEN "${env[@]}" \
	    "$program" "$@" >>"$logs/operator.log" 2>&1 || {
		tail -n 20 "$logs/operator.log" >&2
		die "cruddur $* failed"
	}
}

# spawn_ours NAME PROGRAM: with our settings and the variant's checker, or not
# at all where it is not built.
spawn_ours()
{
	local program env checker=()
	program=$(build_dir)/$2
	if [ ! -x "$program" ]; then
		say "$2 is not there yet: $1 is left out"
		return
	fi
	case $variant in
	asan) export ASAN_OPTIONS=log_path=$logs/report.$1 \
		UBSAN_OPTIONS=print_stacktrace=1:log_path=$logs/report.$1 ;;
	valgrind) checker=("${valgrind[@]}" --log-file="$logs/report.$1.%p") ;;
	esac
	mapfile -t env < <(settings)
	spawn "$1" env -u AWS_REGION -u AWS_PROFILE -u AWS_SESSION_TOKEN \
	    "${env[@]}" "${checker[@]}" "$program"
}

launch_api()
{
	rm -f "$api_socket" # of one that was killed: it would pass for ready
	spawn_ours api cruddur-api
}

ready_api()
{
	[ -S "$api_socket" ]
}

where_api()
{
	echo "$api_socket"
}

launch_stream()
{
	spawn_ours stream cruddur-stream
}

ready_stream()
{
	alive stream
}

where_stream()
{
	echo "$dynamodb_url"
}

# --- nginx -----------------------------------------------------------------

# A certificate authority for this checkout, and localhost's certificate: one
# stack makes them, others wait.
make_certificate()
(
	dir=$top/.dev/tls
	mkdir -p "$dir" "$cache"
	exec 8>"$cache/lock"
	flock 8
	if openssl x509 -noout -checkend 86400 -in "$dir/localhost.pem" \
	    >/dev/null 2>&1; then
		return
	fi
	exec 2>>"$logs/openssl.log" >&2
	cd "$dir"
	umask 077
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
	    -nodes -days 365 -subj "/CN=cruddur dev CA" \
	    -addext keyUsage=critical,keyCertSign,cRLSign \
	    -keyout ca.key -out ca.pem
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -subj /CN=localhost -keyout localhost.key -out localhost.csr
	printf '%s\n' 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1' \
	    extendedKeyUsage=serverAuth basicConstraints=CA:FALSE >ext
	openssl x509 -req -in localhost.csr -CA ca.pem -CAkey ca.key \
	    -CAcreateserial -days 365 -extfile ext -out localhost.pem
	chmod 644 ./*.pem
)

# The site as it is shipped, on other ports and paths. Its limits per address
# would hold tests up: CRUDDUR_DEV_RATE=shipped keeps them. The bursts too: for
# nginx all that it reads in one turn of its loop comes in the same millisecond.
render_site()
{
	local rate=${CRUDDUR_DEV_RATE:-100000r/s}
	sed -e "s|listen 80;|listen 127.0.0.1:$http_port;|" \
	    -e "s|listen 443 |listen 127.0.0.1:$https_port |" \
	    -e "s|listen 127.0.0.1:9146;|listen 127.0.0.1:$metrics_port;|" \
	    -e "/listen \[::\]/d" \
	    -e "s|cruddur.example.com|localhost|" \
	    -e "s|https://\$host|$url|" \
	    -e "s|/etc/ssl/certs/cruddur.pem|$top/.dev/tls/localhost.pem|" \
	    -e "s|/etc/ssl/private/cruddur.key|$top/.dev/tls/localhost.key|" \
	    -e "s|/run/cruddur/api.sock|$api_socket|" \
	    -e "s|/usr/share/cruddur/web|$top/web/dist|" \
	    -e "s|/var/log/nginx|$logs|" \
	    "$1" | if [ "$rate" = shipped ]; then cat
		else sed -e "s|rate=[0-9]*r/[sm]|rate=$rate|" \
		    -e 's|burst=[0-9]*|burst=1000|'; fi
}

render_nginx()
{
	local dir=$state/nginx file
	mkdir -p "$dir/snippets" "$dir/tmp"
	cp /etc/nginx/mime.types "$dir/"
	for file in nginx/cruddur.conf nginx/snippets/*.conf; do
		render_site "$file" >"$dir/${file#nginx/}"
	done
	cat >"$dir/nginx.conf" <<-EOF
		daemon off;
		worker_processes 2;
		pid nginx.pid;
		error_log stderr;
		events { worker_connections 1024; }
		http {
			include mime.types;
			default_type application/octet-stream;
			sendfile on;
			client_body_temp_path tmp/body;
			fastcgi_temp_path tmp/fastcgi;
			proxy_temp_path tmp/proxy;
			scgi_temp_path tmp/scgi;
			uwsgi_temp_path tmp/uwsgi;
			access_log off;
			include cruddur.conf;
		}
	EOF
	if [ "$(id -u)" = 0 ]; then
		sed -i '1i user root; # may go where this checkout lies' \
		    "$dir/nginx.conf"
	fi
}

launch_nginx()
{
	make_certificate
	render_nginx
	spawn nginx nginx -p "$state/nginx/" -c nginx.conf -e stderr
}

ready_nginx()
{
	curl -s --max-time 5 --cacert "$ca_file" -o /dev/null "$url/"
}

where_nginx()
{
	echo "$url"
}
