#!/usr/bin/perl
# ./dev bench: what one request costs. wrk against nginx, with DynamoDB replaced
# by a stub of a fixed latency. The figure that holds on a noisy machine is the
# CPU time of our own processes per request; the others are to compare within
# one run. With route names as arguments: only those.
use v5.36;
use File::Temp;
use HTTP::Tiny;
use Cruddur::Stack qw(slurp wait_for);
use IO::Socket::INET;
use List::Util qw(sum0);
use Time::HiRes qw(sleep time);

my $SECONDS = $ENV{CRUDDUR_BENCH_SECONDS} // 5;
my $CONNS = 32;
my $WORKERS = 8;
my $GROUP = '5ae290ed-55d1-47a0-bc6d-fe2bc2700399';
my $build = Cruddur::Stack::build_dir();
my %only = map { $_ => 1 } @ARGV;

# name, method, path, body, who calls, CPU to aim at (us), backend calls
my @routes = (
	['health', GET => '/api/health-check'],
	['message_groups', GET => '/api/message_groups', undef, 'bayko', 390],
	['messages', GET => "/api/messages/$GROUP", undef, 'bayko', 390],
	['POST messages', POST => '/api/messages',
	    qq({"message":"Shall we?","message_group_uuid":"$GROUP"}), 'bayko', 250],
	['activities/home', GET => '/api/activities/home', undef, undef, 80],
	['users/short', GET => '/api/users/@bayko/short', undef, undef, 55],
);

# A program that ends with its standard input.
sub helper ($name, @args) {
	my $pid = open my $in, '|-' // die "fork: $!";
	if (!$pid) {
		setpgrp;
		exec "$build/t/bench/$name", @args or die "$name: $!";
	}
	return $in;
}

sub free_port {
	return IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')->sockport;
}

sub wait_for_port ($port) {
	wait_for { IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port") } "port $port";
	return;
}

# A plain nginx for what ours is compared with.
sub start_floor ($dir, $port) {
	mkdir $dir or die "$dir: $!";
	open my $conf, '>', "$dir/nginx.conf" or die $!;
	print $conf <<~"END";
		worker_processes 1;
		daemon off;
		pid $dir/pid;
		error_log $dir/error.log;
		events { worker_connections 1024; }
		http {
			access_log off;
			client_body_temp_path $dir/b; fastcgi_temp_path $dir/f;
			proxy_temp_path $dir/p; scgi_temp_path $dir/s; uwsgi_temp_path $dir/u;
			server {
				listen 127.0.0.1:$port;
				location = /200 { return 200 "ok"; }
				location = /hello {
					fastcgi_param REQUEST_METHOD \$request_method;
					fastcgi_pass unix:$dir/hello.sock;
				}
			}
		}
		END
	close $conf or die $!;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		exec 'nginx', '-p', $dir, '-c', "$dir/nginx.conf", '-e', 'stderr'
		    or die "nginx: $!";
	}
	wait_for_port($port);
	return $pid;
}

# CPU seconds, user and system, of processes and their children that live.
sub cpu (@pids) {
	return sum0(map { (split ' ', slurp("/proc/$_/schedstat"))[0] } @pids) / 1e9;
}

sub pss_kb ($pid) {
	my ($kb) = slurp("/proc/$pid/smaps_rollup") =~ /^Pss:\s+(\d+)/m;
	return $kb;
}

sub children ($pid) {
	return split ' ', slurp("/proc/$pid/task/$pid/children");
}

# wrk; its figures as a hash.
sub wrk ($url, $conns, $seconds, $method = 'GET', $body = undef, $token = undef) {
	my $script = File::Temp->new(SUFFIX => '.lua');
	print $script qq(wrk.method = "$method"\n);
	print $script qq(wrk.body = [[$body]]\nwrk.headers["Content-Type"] = "application/json"\n)
	    if defined $body;
	print $script qq(wrk.headers["Authorization"] = "Bearer $token"\n) if $token;
	print $script <<~'END';
		done = function(s, latency)
			local bad = s.errors.status + s.errors.connect + s.errors.read
			    + s.errors.write + s.errors.timeout
			io.write(string.format("FIGURES %d %d %d %d %d\n", s.requests,
			    s.duration, latency:percentile(50), latency:percentile(99), bad))
		end
		END
	$script->flush;
	my @cmd = ('wrk', '-t1', "-c$conns", "-d${seconds}s", '-s', "$script", $url);
	open my $out, '-|', @cmd or die "wrk: $!";
	my ($figures) = grep { /^FIGURES/ } <$out>;
	close $out or die "wrk failed\n";
	my (undef, $n, $us, $p50, $p99, $bad) = split ' ', $figures;
	return { n => $n, rate => $n / ($us / 1e6), p50 => $p50 / 1000,
	    p99 => $p99 / 1000, bad => $bad };
}

# The counters of backend calls that the API itself keeps.
sub backend_calls ($stack) {
	my $text = HTTP::Tiny->new->get($stack->metrics_url)->{content} // '';
	my %calls;
	while ($text =~ /^cruddur_backend_call_duration_seconds_count\{([^}]*)\} (\d+)/mg) {
		my ($labels, $n) = ($1, $2);
		$calls{$1} += $n if $labels =~ /backend="(\w+)"/;
	}
	return \%calls;
}

sub measure ($stack, $route) {
	my ($name, $method, $path, $body, $who, $aim) = @$route;
	my $token = $who ? $stack->token($who) : undef;
	my @workers = children($stack->pid('api'));
	my @args = ($stack->url . $path, $CONNS);
	wrk(@args, 1, $method, $body, $token); # warm up
	my ($cpu, $calls) = (cpu(@workers), backend_calls($stack));
	my $r = wrk(@args, $SECONDS, $method, $body, $token);
	my $us = (cpu(@workers) - $cpu) * 1e6 / $r->{n};
	my $after = backend_calls($stack);
	my %per = map { $_ => (($after->{$_} // 0) - ($calls->{$_} // 0)) / $r->{n} }
	    qw(dynamodb postgresql);
	my $half = wrk($args[0], $WORKERS / 2, $SECONDS, $method, $body, $token);
	printf "%-16s %8.0f %8.1f %8.1f %8.1f %7.0f %6s %7.2f %7.2f%s\n", $name,
	    $r->{rate}, $r->{p50}, $r->{p99}, $half->{p99}, $us, $aim // '',
	    $per{dynamodb}, $per{postgresql}, $r->{bad} ? "  $r->{bad} FAILED" : '';
	return;
}

sub floor ($dir) {
	my $port = free_port();
	my $nginx = start_floor("$dir/floor", $port);
	my $hello = helper('hello-fcgi', "$dir/floor/hello.sock", $WORKERS);
	wait_for { -S "$dir/floor/hello.sock" } 'hello-fcgi';
	chmod 0666, "$dir/floor/hello.sock";
	wait_for {
		HTTP::Tiny->new->get("http://127.0.0.1:$port/hello")->{status} == 200
	} 'hello';
	my ($pid) = grep { slurp("/proc/$_/comm") =~ /hello-fcgi/ } children($$);
	for my $path (qw(/200 /hello)) {
		my $cpu = cpu(children($pid));
		my $r = wrk("http://127.0.0.1:$port$path", $CONNS, $SECONDS);
		printf "%-16s %8.0f %8.1f %8.1f %8s %7s\n", "nginx $path", $r->{rate},
		    $r->{p50}, $r->{p99}, '', $path eq '/hello'
		    ? sprintf '%.0f', (cpu(children($pid)) - $cpu) * 1e6 / $r->{n} : '';
	}
	close $hello;
	kill TERM => $nginx;
	waitpid $nginx, 0;
	return;
}

sub run ($latency_ms) {
	my $port = free_port();
	my $stack = Cruddur::Stack->start(settings => {
		CRUDDUR_WORKERS => $WORKERS,
		CRUDDUR_WORKER_MAX_REQUESTS => 0,
	});
	my $stub = helper('ddb-stub', $port, $latency_ms * 1000, $stack->uuid('bayko'));
	wait_for_port($port);
	$stack->{settings}{AWS_ENDPOINT_URL_DYNAMODB} = "http://127.0.0.1:$port";
	# As where Postgres runs beside us: over its unix socket.
	$stack->{settings}{CONNECTION_URL} = 'postgresql:///cruddur?host='
	    . $stack->dir . "/postgres&port=$stack->{ports}[3]&user=cruddur&password=cruddur";
	$stack->write_settings($stack->{settings});
	$stack->restart('api');
	printf "\nDynamoDB at %d ms, %d connections, %d workers (p99/2: at %d connections)\n",
	    $latency_ms, $CONNS, $WORKERS, $WORKERS / 2;
	printf "%-16s %8s %8s %8s %8s %7s %6s %7s %7s\n", 'route', 'req/s', 'p50 ms',
	    'p99 ms', 'p99/2', 'CPU us', 'aim', 'ddb', 'pg';
	floor($stack->dir) if !%only;
	my $r = wrk("http://127.0.0.1:$port/", $WORKERS / 2, $SECONDS);
	printf "%-16s %8.0f %8.1f %8.1f %8.1f\n", 'the stub', @$r{qw(rate p50 p99 p99)};
	for my $route (@routes) {
		measure($stack, $route) if !%only || $only{ $route->[0] };
	}
	my @pss = sort { $a <=> $b } map { pss_kb($_) } children($stack->pid('api'));
	printf "memory (PSS) per worker: %d to %d kB\n", @pss[0, -1];
	close $stub;
	report_failures($stack->log);
	$stack->finish;
	return;
}

# What the API logged of failures, counted.
sub report_failures ($log) {
	my %count;
	while ($log =~ /"event":"((?:backend|request)_failed)"[^\n]*?"(?:detail|code|rc)":"([^"]*)"/g) {
		$count{"$1: $2"}++;
	}
	while ($log =~ /"status":"?([45]\d\d)\b/g) {
		$count{"nginx: status $1"}++;
	}
	print "$_ x $count{$_}\n" for sort keys %count;
	return;
}

$| = 1;
run($_) for defined $ENV{CRUDDUR_BENCH_LATENCY_MS}
    ? $ENV{CRUDDUR_BENCH_LATENCY_MS} : (4, 0);
