# shellcheck shell=bash
# ./dev: Postgres and the stand-ins for Amazon's services, with their data.

# --- Postgres --------------------------------------------------------------

pg_bin()
{
	pg_config --bindir
}

# Postgres will not run as root: then it is user postgres.
as_postgres()
{
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=postgres --regid=postgres --init-groups "$@"
	else
		"$@"
	fi
}

# $state/postgres is the cluster's folder, empty, or leads to it where user
# postgres may not go (a checkout in /root).
make_postgres_folder()
{
	local dir=$state/postgres
	if ! as_postgres test -x "$state"; then
		dir=/var/tmp/cruddur-dev-$(echo "$state" | md5sum | cut -c-12)
		ln -sfn "$dir" "$state/postgres"
	fi
	rm -rf "$dir"
	mkdir -m 700 "$dir"
	[ "$(id -u)" != 0 ] || chown postgres:postgres "$dir"
}

make_cluster()
{
	(cd "$state/postgres" && as_postgres "$(pg_bin)/initdb" -D data \
	    --username=postgres --locale=C.UTF-8 --encoding=UTF8 --no-sync \
	    --auth-local=trust --auth-host=scram-sha-256) \
	    >"$logs/initdb.log" 2>&1 || die "initdb: $(cat "$logs/initdb.log")"
}

# No fsync: a crash of the machine may cost demo data, and nothing else.
launch_postgres()
{
	local dir
	dir=$(readlink -f "$state/postgres")
	cd "$dir"
	spawn postgres "${setpriv_postgres[@]}" "$(pg_bin)/postgres" -D "$dir/data" \
	    -p "$postgres_port" -k "$dir" -c listen_addresses=127.0.0.1 \
	    -c fsync=off -c max_connections=200 -c timezone=UTC
	cd "$top"
}
setpriv_postgres=()
if [ "$(id -u)" = 0 ]; then
	setpriv_postgres=(setpriv --reuid=postgres --regid=postgres --init-groups)
fi

ready_postgres()
{
	pg_isready -q -h 127.0.0.1 -p "$postgres_port"
}

where_postgres()
{
	echo "$connection_url"
}

sql()
{
	PGOPTIONS='-c client_min_messages=warning' \
	    psql -X -q -v ON_ERROR_STOP=1 "$connection_url" "$@"
}

make_database()
{
	PGOPTIONS='-c client_min_messages=warning' psql -X -q \
	    -v ON_ERROR_STOP=1 -h "$(readlink -f "$state/postgres")" \
	    -p "$postgres_port" -U postgres >/dev/null <<-'EOF'
		CREATE ROLE cruddur LOGIN CREATEDB PASSWORD 'cruddur';
	EOF
	cruddur db setup
}

# --- DynamoDB Local --------------------------------------------------------

# It binds every interface; t/tools/loopback.c makes that loopback.
launch_dynamodb()
{
	local jar=$emulators/amplify-dynamodb-simulator/emulator
	mkdir -p "$state/dynamodb" "$cache"
	if [ t/tools/loopback.c -nt "$cache/loopback.so" ]; then
		cc -D_GNU_SOURCE -shared -fPIC -O -o "$cache/loopback.so.$$" \
		    t/tools/loopback.c
		mv "$cache/loopback.so.$$" "$cache/loopback.so"
	fi
	cd "$state/dynamodb" # it leaves a file where it starts
	spawn dynamodb env LD_PRELOAD="$cache/loopback.so" \
	    java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m \
	    -Djava.net.preferIPv4Stack=true \
	    -Djava.library.path="$jar/DynamoDBLocal_lib" \
	    -jar "$jar/DynamoDBLocal.jar" -port "$dynamodb_port" \
	    -sharedDb -dbPath . -disableTelemetry
	cd "$top"
}

# It answers 400 to a request that is none: it is there.
ready_dynamodb()
{
	curl -s --max-time 5 -o /dev/null "$dynamodb_url"
}

where_dynamodb()
{
	echo "$dynamodb_url"
}

make_table()
{
	cruddur ddb schema-load
	cruddur ddb seed
}

# --- cognito-local ---------------------------------------------------------

launch_cognito()
{
	mkdir -p "$state/cognito"
	cd "$state/cognito"
	spawn cognito env HOST=127.0.0.1 PORT="$cognito_port" CODE=123456 \
	    node "$emulators/cognito-local/lib/bin/start.js"
	cd "$top"
}

ready_cognito()
{
	curl -fs --max-time 5 -o /dev/null "$cognito_url/health"
}

where_cognito()
{
	echo "$cognito_url"
}

# cognito ACTION JSON: the answer on stdout.
cognito()
{
	curl -fsS --max-time 30 "$cognito_url" \
	    -H 'Content-Type: application/x-amz-json-1.1' \
	    -H "X-Amz-Target: AWSCognitoIdentityProviderService.$1" -d "$2"
}

# field NAME...: one value out of the JSON on stdin.
field()
{
	perl -MJSON::PP -0777 -ne '
		my $v = decode_json($_);
		for (@names) { $v = ref $v eq "ARRAY" ? $v->[$_] : $v->{$_} }
		print "$v\n";
		BEGIN { @names = splice @ARGV }' "$@"
}

make_pool()
{
	local pool client
	pool=$(cognito CreateUserPool '{"PoolName": "cruddur"}' |
	    field UserPool Id)
	client=$(cognito CreateUserPoolClient "{\"UserPoolId\": \"$pool\",
	    \"ClientName\": \"cruddur\", \"ExplicitAuthFlows\":
	    [\"ALLOW_USER_PASSWORD_AUTH\", \"ALLOW_REFRESH_TOKEN_AUTH\"]}" |
	    field UserPoolClient ClientId)
	printf '%s\n' "$pool" "$client" >"$state/cognito/pool"
}

pool_id()
{
	sed -n 1p "$state/cognito/pool"
}

client_id()
{
	sed -n 2p "$state/cognito/pool"
}

# Everybody of the seed gets an account, and their row its "sub".
make_people()
{
	local handle name email who
	sql -At -F $'\t' -c 'SELECT handle, display_name, email FROM users' |
	while IFS=$'\t' read -r handle name email; do
		who="\"UserPoolId\": \"$(pool_id)\", \"Username\": \"$email\""
		cognito AdminCreateUser "{$who, \"MessageAction\": \"SUPPRESS\",
		    \"UserAttributes\": [
		    {\"Name\": \"email\", \"Value\": \"$email\"},
		    {\"Name\": \"email_verified\", \"Value\": \"true\"},
		    {\"Name\": \"name\", \"Value\": \"$name\"},
		    {\"Name\": \"preferred_username\", \"Value\": \"$handle\"}]}" \
		    >/dev/null
		cognito AdminSetUserPassword "{$who, \"Permanent\": true,
		    \"Password\": \"$demo_password\"}" >/dev/null
	done
	cruddur cognito sync-users
}

# --- data ------------------------------------------------------------------

# Data as a new stack has it is made once and copied from then on. Another
# day, or another version of what it is made by, makes it anew.
template()
{
	local sum
	sum=$({ cat dev dev.d/* src/cli/*.c src/model/*.c t/emulators/package-lock.json
	    find sql demo -type f | sort | xargs cat; date +%F; } | md5sum)
	echo "$cache/data-${sum:0:12}"
}

need_data()
{
	[ -e "$state/complete" ] || make_data
}

make_data()
{
	local template
	template=$(template)
	mkdir -p "$cache"
	exec 8>"$cache/lock"
	flock 8
	[ -e "$template" ] || make_template "$template" 8>&-
	rm -rf "$state/dynamodb" "$state/cognito"
	make_postgres_folder
	cp -a "$template/postgres/data" "$state/postgres/"
	cp -a "$template/dynamodb" "$template/cognito" "$state/"
	exec 8>&- # not before: another version's template replaces this one
	touch "$state/complete"
}

# In a state of its own, on this stack's ports.
make_template()
(
	step "making the demo data (once a day)"
	state=$1.new
	logs=$state/logs
	rm -rf "$cache"/data-*
	mkdir -p "$logs"
	trap 'halt "${backends[@]}"; remove_state' EXIT
	make_postgres_folder
	make_cluster
	start "${backends[@]}"
	make_pool
	make_database
	make_table
	make_people
	halt "${backends[@]}"
	mkdir "$1.done"
	cp -a "$(readlink -f "$state/postgres")" "$1.done/postgres"
	cp -a "$state/dynamodb" "$state/cognito" "$1.done/"
	mv "$1.done" "$1"
)

remove_state()
{
	[ ! -L "$state/postgres" ] || rm -rf "$(readlink -f "$state/postgres")"
	rm -rf "$state"
}
