# From a bare Debian to a cruddur that serves, and through all that an operator
# does to it, on a machine of its own (Cruddur::Machine): the commands are
# README.md's, word for word. DynamoDB Local and cognito-local stand outside.
use v5.36;
use Digest::SHA qw(sha256_hex);
use File::Temp qw(tempdir);
use HTTP::Tiny;
use JSON::PP ();
use List::Util qw(min);
use Test::More;
use Time::HiRes qw(sleep time);
use Cruddur::Emulators;
use Cruddur::Load;
use Cruddur::Machine;

use constant HOST => 'cruddur.example.com';
use constant PASSWORD => 'Cruddur-demo-1';
my $json = JSON::PP->new->utf8->allow_nonref;

# --- what needs a network: the packages, and Debian's for the machine ---

my $dir = $ENV{CRUDDUR_MACHINE_DIR}
    //= tempdir('machine-XXXXXX', DIR => $ENV{CRUDDUR_TEST_DIR} // '/tmp');
my ($version) = slurp('configure.ac') =~ /^AC_INIT\(\[cruddur\], \[(.+)\]\)/m;
my @versions = ($version, map { "$version+next$_" } 1, 2);
my $tar;

sub slurp ($file) {
	open my $f, '<', $file or die "$file: $!";
	local $/;
	return <$f>;
}

# Of the same programs, with another version on the label.
sub relabel ($deb, $new, $to) {
	my $tree = "$dir/tree";
	Cruddur::Machine::sh('dpkg-deb', '-R', $deb, $tree);
	Cruddur::Machine::sh('sed', '-i', "s/^Version: .*/Version: $new/",
	    "$tree/DEBIAN/control");
	Cruddur::Machine::sh("dpkg-deb -b $tree $to >/dev/null");
	Cruddur::Machine::sh('rm', '-rf', $tree);
}

sub prepare () {
	mkdir "$dir/$_" or die "$dir/$_: $!" for @versions;
	for my $deb (glob '.dev/deb/cruddur_*.deb .dev/deb/cruddur-web_*.deb') {
		Cruddur::Machine::sh('cp', $deb, "$dir/$version");
		relabel($deb, $_, "$dir/$_") for @versions[1, 2];
	}
	my ($deb) = glob "$dir/$version/cruddur_*.deb";
	my $depends = join ', ', map { `dpkg-deb -f $deb $_` =~ s/\n//r }
	    qw(Depends Recommends);
	$depends =~ s/cruddur-web, //;
	$tar = '.dev/cache/root-' . substr(sha256_hex(
		slurp('t/package/make-root') . $depends), 0, 12) . '.tar';
	return if -e $tar;
	unlink glob '.dev/cache/root-*.tar';
	system 'mkdir -p .dev/cache';
	note 'making the root';
	Cruddur::Machine::sh('t/package/make-root', $tar, $depends);
}

$> == 0 or BAIL_OUT('a machine of its own takes root');
if (!$ENV{CRUDDUR_ISOLATED}) {
	prepare();
	$ENV{CRUDDUR_MACHINE_TAR} = $tar;
}
Cruddur::Machine->isolate;

# --- README.md ---

# The shell blocks of a section, in their order.
sub blocks ($section) {
	my ($text) = slurp('README.md') =~ /^## \Q$section\E\n(.*?)(?=^## |\z)/ms
	    or die "README.md has no section $section";
	return $text =~ /^```sh\n(.*?)^```/msg;
}

my $machine = Cruddur::Machine->new($ENV{CRUDDUR_MACHINE_TAR}, $dir);
Cruddur::Machine::write_file($machine->path('/etc/resolv.conf'), ''); # no waiting
$machine->boot;
my $aws = Cruddur::Emulators->start(Cruddur::Machine::HERE, $dir);

# An operator writes his own values in place of the README's examples.
sub with_our_values ($block) {
	$block =~ s/ca-central-1_AbCdEfGhI/$aws->pool/ge;
	$block =~ s/1example23456789/$aws->client/ge;
	return $block;
}

# What AWS knows by itself, and an emulator has to be told.
sub name_emulators () {
	$machine->must("cat >>/etc/cruddur/cruddur.conf <<'END'\n" . <<~EOF);
		endpoint = @{[$aws->cognito]}
		[dynamodb]
		endpoint = @{[$aws->dynamodb]}
		[auth]
		issuer = @{[$aws->issuer]}
		[aws]
		access_key_id = cruddurtest
		secret_access_key = cruddurtest
		END
		EOF
}

sub copy_packages ($which) {
	$machine->must('rm -f /var/tmp/*.deb');
	$machine->copy_in($_, '/var/tmp/') for glob "$dir/$which/*.deb";
}

sub state_of (@units) {
	my (undef, $text) = $machine->run("systemctl is-active @units");
	return [split ' ', $text];
}

sub everything_of_ours () {
	my (undef, $text) = $machine->run(q{
		find / -xdev \( -path /proc -o -path /sys -o -path /var/tmp -o -path /tmp \
		    -o -path /var/backups/cruddur -o -path /var/cache/apt \
		    -o -path /etc/ssl \) \
		    -prune -o -iname '*cruddur*' -print
		find /run -iname '*cruddur*'
		grep -rIl cruddur /etc --exclude-dir=ssl --exclude="*-" || true
		getent passwd cruddur; getent group cruddur; true});
	return [sort split /\n/, $text];
}

# --- tests ---

my $before = everything_of_ours();

subtest 'install' => sub {
	my ($install, $configure, @rest) = blocks('Install on a server');
	copy_packages($version);
	my $said = $machine->must($install);
	like $said, qr/Three steps remain.*cruddur\.conf.*db setup.*ddb schema-load.*enable --now.*sites-enabled/s,
	    'it says the three steps that remain';
	is_deeply state_of(qw(cruddur-api.socket cruddur-api cruddur-stream
	    cruddur-expire.timer)), [('inactive') x 4], 'nothing of ours runs';
	my (undef, $enabled) = $machine->run(
	    'systemctl list-unit-files "cruddur*" --state=enabled --no-legend');
	is $enabled, '', 'nothing of ours is enabled';
	is $machine->must('stat -c "%U:%G %a" /etc/cruddur/cruddur.conf'),
	    'root:cruddur 640', 'the configuration is for root and the services';
	like $machine->must('getent passwd cruddur'), qr{:/usr/sbin/nologin$},
	    'the user has no shell';
	is $machine->must('systemd-analyze verify --man=no /lib/systemd/system/cruddur-* 2>&1'),
	    '', 'systemd has nothing to say of the units';
	ok $machine->ok('nginx -t'), 'nginx is not disturbed';
	my ($status, $doctor) = $machine->run($rest[-1]);
	isnt $status, 0, 'the doctor is not content';
	like $doctor, qr/^failed +configuration/m, 'and says where to begin';
	$machine->must(with_our_values($configure));
	name_emulators();
	for my $block (@rest) {
		my ($status, $text) = $machine->run($block);
		is $status, 0, 'README: ' . (split /\n/, $block)[0]
		    or diag $text;
	}
	is_deeply state_of(qw(cruddur-api.socket cruddur-api cruddur-stream
	    cruddur-expire.timer)), [('active') x 4], 'all of ours run';
	($status, $doctor) = $machine->run($rest[-1]);
	unlike $doctor, qr/^(?!ok )/m, 'the doctor is content with everything'
	    or diag $doctor;
};

# --- people ---

my $ca = $machine->path('/etc/ssl/certs/cruddur.pem');
my @people = map { { name => "Person $_", handle => "person$_",
	email => "person$_\@example.com" } } 0 .. 7;
$aws->person(@$_{qw(email name handle)}, PASSWORD) for @people;
Cruddur::Machine::write_file("$dir/hosts",
	"127.0.0.1 localhost\n@{[Cruddur::Machine::MACHINE]} @{[HOST]}\n");
Cruddur::Machine::sh('mount', '--bind', "$dir/hosts", '/etc/hosts');
my $http = HTTP::Tiny->new(timeout => 10, verify_SSL => 1,
	SSL_options => { SSL_ca_file => $ca });

sub call ($method, $path, $headers = {}, $body = undef) {
	my $r = $http->request($method, 'https://' . HOST . $path, {
		headers => { %$headers, $body ? ('Content-Type' =>
			'application/json') : () },
		$body ? (content => $json->encode($body)) : (),
	});
	$r->{json} = eval { $json->decode($r->{content}) };
	return $r;
}

# What a browser keeps of the answer, and sends from then on.
sub signed_in ($person) {
	my $r = call(POST => '/api/session', { Origin => 'https://' . HOST },
	    { username => $person->{email}, password => PASSWORD });
	is $r->{status}, 200, "$person->{handle} signs in" or diag $r->{content};
	my $cookies = $r->{headers}{'set-cookie'} // [];
	return { Origin => 'https://' . HOST, Cookie => join '; ',
		map { s/;.*//r } ref $cookies ? @$cookies : $cookies };
}

subtest 'two people talk, through TLS' => sub {
	like call(GET => '/')->{content}, qr/<div id="root"/,
	    'the page is there';
	my ($me, $you) = map { signed_in($_) } @people[0, 1];
	is call(GET => '/api/message_groups', $you)->{status}, 200,
	    'the other has an inbox';
	my $sent = call(POST => '/api/messages', $me,
	    { handle => 'person1', message => 'Hello from a package.' });
	is $sent->{status}, 200, 'a message is sent' or diag $sent->{content};
	my $group = $sent->{json}{message_group_uuid};
	my $read = call(GET => "/api/messages/$group", $you);
	is $read->{json}[0]{message}, 'Hello from a package.', 'and read';
	call(POST => '/api/messages', $you,
	    { message_group_uuid => $group, message => 'Hello back.' });
	my $moved = Cruddur::Machine::wait_until(10, sub {
		my $inbox = call(GET => '/api/message_groups', $me)->{json};
		ref $inbox eq 'ARRAY' && ($inbox->[0]{message} // '') eq 'Hello back.';
	});
	ok $moved, 'the stream processor moves the inbox';
};

# --- load ---

# Three of eight ask Postgres, three DynamoDB, one nobody, and one writes.
my @groups = map {
	my ($from, $to) = @people[$_, ($_ + 1) % @people];
	$_->{token} //= $aws->token($_->{email}, PASSWORD) for $from, $to;
	call(GET => '/api/message_groups', { Authorization =>
		"Bearer $_->{token}" }) for $from, $to;
	call(POST => '/api/messages', { Authorization => "Bearer $from->{token}" },
	    { handle => $to->{handle}, message => 'begin' })
	    ->{json}{message_group_uuid};
} 0 .. $#people;

sub request ($i, $n) {
	my $who = $i % @people;
	my %auth = (Authorization => "Bearer $people[$who]{token}");
	my $kind = ($n + $i) % 8;
	return (GET => '/api/activities/home', {}, undef) if $kind < 3;
	return (GET => '/api/message_groups', \%auth, undef) if $kind < 6;
	return (GET => '/api/health-check', {}, undef) if $kind < 7;
	return (POST => '/api/messages', { %auth,
		'Content-Type' => 'application/json' }, $json->encode({
		message_group_uuid => $groups[$who],
		message => "load $i $n" }));
}

sub under_load ($what, $code) {
	my $load = Cruddur::Load->start(
		to => Cruddur::Machine::MACHINE, host => HOST, ca_file => $ca,
		from => [map { Cruddur::Machine::CLIENT($_) } 0 .. 31],
		rate => 4, requests => \&request,
	);
	sleep 2;
	$code->();
	sleep 1;
	my $r = $load->stop;
	cmp_ok $r->{done}, '>', 300, "$what: there was load";
	is scalar $r->{failed}->@*, 0, "$what: no request failed"
	    or diag join "\n", splice $r->{failed}->@*, 0, 20;
	note sprintf '%s: %d requests on 32 connections, longest %.2f s',
	    $what, $r->{done}, $r->{longest};
}

sub main_pid ($unit = 'cruddur-api') {
	return $machine->must("systemctl show -P MainPID $unit");
}

subtest 'restart three times' => sub {
	under_load('restart', sub {
		for (1 .. 3) {
			my $pid = main_pid();
			$machine->must('systemctl restart cruddur-api cruddur-stream');
			isnt main_pid(), $pid, 'another server';
			sleep 1;
		}
	});
};

subtest 'reload ten times' => sub {
	my $pid = main_pid();
	my $workers = sub { $machine->must("cat /proc/$pid/task/$pid/children") };
	under_load('reload', sub {
		for (1 .. 10) {
			my $old = $workers->();
			$machine->must('systemctl reload cruddur-api');
			my $all = Cruddur::Machine::wait_until(20, sub {
				my %is = map { $_ => 1 } split ' ', $workers->();
				!grep { $is{$_} } split ' ', $old;
			});
			ok $all, 'all workers were replaced';
		}
	});
	is main_pid(), $pid, 'the server is the same';
};

subtest 'a reload reads the configuration anew' => sub {
	my $ready = sub ($n) {
		my (undef, $text) = $machine->run(
		    'systemctl show -P StatusText cruddur-api');
		return $text eq "$n workers\n";
	};
	my ($reload) = blocks('Configure');
	$machine->must(q{sed -i '1i [api]\nworkers = 3' /etc/cruddur/cruddur.conf}
	    . "\n$reload");
	ok Cruddur::Machine::wait_until(20, sub { $ready->(3) }), 'three workers';
	$machine->must(q{sed -i '2s/.*/workers = many/' /etc/cruddur/cruddur.conf
		systemctl reload cruddur-api});
	like Cruddur::Machine::wait_until(10, sub {
		my (undef, $log) = $machine->run(
		    'journalctl -u cruddur-api -o cat | grep reload_failed');
		$log;
	}) // '', qr/workers/, 'a fault is logged';
	is call(GET => '/api/health-check')->{status}, 200, 'and it serves on';
	$machine->must(q{sed -i 1,2d /etc/cruddur/cruddur.conf
		systemctl reload cruddur-api});
	ok Cruddur::Machine::wait_until(20, sub { !$ready->(3) }), 'as before';
};

subtest 'upgrade twice' => sub {
	my ($upgrade) = blocks('Upgrade');
	my ($install, @rest) = split /^(?=runuser)/m, $upgrade, 2;
	$machine->must('sed -i "1s/^/# our own\n/" /etc/nginx/sites-available/cruddur');
	under_load('upgrade', sub {
		for my $new (@versions[1, 2]) {
			my ($api, $stream) = (main_pid(), main_pid('cruddur-stream'));
			copy_packages($new);
			my $said = $machine->must("$install true");
			unlike $said, qr/steps remain/, 'no words for newcomers';
			is $machine->must('dpkg-query -Wf "\${Version} " cruddur cruddur-web'),
			    "$new $new ", "now it is $new";
			isnt main_pid(), $api, 'the server was exchanged';
			isnt main_pid('cruddur-stream'), $stream,
			    'the stream processor was exchanged';
			sleep 1;
		}
	});
	ok $machine->ok(join '', @rest), 'README: the rest of it';
	like $machine->must('head -1 /etc/nginx/sites-available/cruddur'),
	    qr/our own/, 'the site is the operator\'s own';
	is call(GET => '/api/health-check/ready')->{status}, 200, 'ready';
};

subtest 'the master is killed' => sub {
	my @took; # the best time of three counts: the machine may be busy
	for (1 .. 3) {
		my $pid = main_pid();
		my $begin = time;
		$machine->must("kill -9 $pid");
		my $back = Cruddur::Machine::wait_until(10, sub {
			my $now = main_pid();
			return if $now == 0 || $now == $pid;
			call(GET => '/api/health-check')->{status} == 200;
		});
		ok $back, 'it is back';
		push @took, time - $begin;
	}
	cmp_ok min(@took), '<', 1, 'within a second';
	note sprintf 'back after %.2f s', min(@took);
};

subtest 'the watchdog' => sub {
	for my $unit (qw(cruddur-api cruddur-stream)) {
		my $drop_in = "/run/systemd/system/$unit.service.d";
		is $machine->must("systemctl show -P WatchdogUSec $unit"), '30s',
		    "$unit: has one";
		# So that the test need not wait for so long.
		$machine->must("mkdir $drop_in
			printf '[Service]\nWatchdogSec=2s\n' >$drop_in/soon.conf
			systemctl daemon-reload
			systemctl restart $unit");
		my $pid = main_pid($unit);
		$machine->must("kill -STOP $pid");
		ok Cruddur::Machine::wait_until(20, sub {
			my $now = main_pid($unit);
			$now != 0 && $now != $pid;
		}), "$unit: one that hangs is replaced";
		like $machine->must("journalctl -u $unit -o cat"),
		    qr/Watchdog timeout/, "$unit: by the watchdog";
		$machine->must("rm -r $drop_in
			systemctl daemon-reload
			systemctl restart $unit");
	}
	is call(GET => '/api/health-check/ready')->{status}, 200, 'ready';
};

# Of a unit's processes, and its limits.
sub footprint ($unit) {
	my %is = map { /^(\w+)=(.*)$/ ? ($1 => $2) : () } split /\n/,
	    $machine->must("systemctl show $unit -p TasksMax,MemoryMax");
	my ($pss, $threads, $n) = (0, 0, 0);
	my $all = $machine->must(qq{
		for pid in \$(cat /sys/fs/cgroup/system.slice/$unit.service/cgroup.procs); do
			cat /proc/\$pid/smaps_rollup /proc/\$pid/status || true
		done});
	$pss += $1, $n++ while $all =~ /^Pss: +(\d+)/mg;
	$threads += $1 while $all =~ /^Threads:\s+(\d+)/mg;
	note sprintf '%s: %d processes, %d tasks of %s, PSS %.1f MB of %d MB',
	    $unit, $n, $threads, $is{TasksMax}, $pss / 1024,
	    $is{MemoryMax} / 2**20;
	return { %is, pss => $pss * 1024, threads => $threads };
}

subtest 'limits' => sub {
	my %is;
	under_load('limits', sub {
		sleep 3;
		%is = map { $_ => footprint($_) } qw(cruddur-api cruddur-stream);
	});
	for my $unit (sort keys %is) {
		cmp_ok $is{$unit}{MemoryMax}, '<=', 2**30, "$unit: memory is limited";
		cmp_ok $is{$unit}{TasksMax}, '<=', 300, "$unit: so are tasks";
		cmp_ok $is{$unit}{pss}, '<', $is{$unit}{MemoryMax} / 2,
		    "$unit: takes less than half of the memory";
		cmp_ok $is{$unit}{threads}, '<', $is{$unit}{TasksMax} / 2,
		    "$unit: and of the tasks";
	}
};

subtest 'rights' => sub {
	for my $unit (qw(cruddur-api cruddur-stream)) {
		my $pid = main_pid($unit);
		my $status = $machine->must("cat /proc/$pid/status");
		like $status, qr/^CapEff:\s+0+$/m, "$unit: no capabilities";
		like $status, qr/^NoNewPrivs:\s+1$/m, "$unit: and no new ones";
		like $status, qr/^Seccomp:\s+2$/m, "$unit: system calls are filtered";
		unlike $machine->must("tr '\\0' '\\n' </proc/$pid/environ"),
		    qr/cruddurtest|postgresql:/, "$unit: no secret in its environment";
	}
	is $machine->must('stat -c "%U:%G %a" /run/cruddur/api.sock'),
	    'cruddur:www-data 660', 'nginx may call the server, and few others';
};

subtest 'a wrong configuration' => sub {
	$machine->must(q{sed -i '1i [api]\nworkers = many' /etc/cruddur/cruddur.conf});
	my ($status) = $machine->run('systemctl restart cruddur-api');
	isnt $status, 0, 'it does not start';
	is $machine->must('systemctl show -P ExecMainStatus cruddur-api'), 78,
	    'and says that by its exit status';
	is call(GET => '/api/health-check')->{headers}{'content-type'},
	    'application/problem+json', 'nginx answers in the shape of the API';
	like $machine->must('journalctl -u cruddur-api -o cat | grep config_bad'),
	    qr/workers/, 'the log names the option';
	$machine->must(q{sed -i 1,2d /etc/cruddur/cruddur.conf
		systemctl restart cruddur-api});
	is call(GET => '/api/health-check')->{status}, 200, 'mended';
};

subtest 'expiry' => sub {
	ok $machine->ok('systemctl start cruddur-expire.service'), 'it runs'
	    or diag $machine->must('journalctl -u cruddur-expire');
	is $machine->must('systemctl show -P Result cruddur-expire.service'),
	    'success', 'and succeeds';
};

subtest 'metrics' => sub {
	like $machine->must("curl -fsS http://127.0.0.1:9146$_"),
	    qr/^# TYPE cruddur_/m, $_ for qw(/metrics /metrics/stream);
	is call(GET => '/metrics')->{status}, 404, 'not from elsewhere';
};

subtest 'back up and restore' => sub {
	my ($back_up, $restore) = blocks('Back up and restore');
	my ($status, $text) = $machine->run($back_up);
	is $status, 0, 'README: back up' or diag $text;
	cmp_ok -s $machine->path('/var/backups/cruddur/dynamodb.jsonl') // 0,
	    '>', 1000, 'messages are in it';
	$machine->must(q{runuser -u cruddur -- psql -qc "
	    UPDATE users SET display_name = 'lost'" cruddur});
	($status, $text) = $machine->run($restore);
	is $status, 0, 'README: restore' or diag $text;
	is call(GET => '/api/users/@person0/short')->{json}{display_name},
	    'Person 0', 'as it was';
};

subtest 'reboot' => sub {
	$machine->reboot;
	is_deeply state_of(qw(cruddur-api.socket cruddur-api cruddur-stream
	    cruddur-expire.timer nginx)), [('active') x 5], 'all run again';
	my $ready = Cruddur::Machine::wait_until(10, sub {
		call(GET => '/api/health-check/ready')->{status} == 200 });
	ok $ready, 'and are ready';
	my $inbox = call(GET => '/api/message_groups', signed_in($people[0]));
	cmp_ok scalar $inbox->{json}->@*, '>', 0, 'the messages are there';
	is $machine->must('systemctl --failed --no-legend'), '', 'nothing failed';
};

subtest 'remove' => sub {
	my $said = $machine->must('apt-get remove -y cruddur cruddur-web');
	is_deeply state_of(qw(cruddur-api.socket cruddur-api cruddur-stream
	    cruddur-expire.timer)), [('inactive') x 4], 'nothing of ours runs';
	ok $machine->ok('grep -q user_pool_id /etc/cruddur/cruddur.conf'),
	    'the configuration is left';
	cmp_ok $machine->must(
	    'runuser -u cruddur -- psql -Atc "SELECT count(*) FROM users" cruddur'),
	    '>', 1, 'the data is left';
	is call(GET => '/api/health-check')->{status}, 502, 'nginx says so';
	ok $machine->ok('nginx -t'), 'nginx reads its configuration still';
};

subtest 'purge' => sub {
	my ($status, $said) = $machine->run('apt-get purge -y cruddur cruddur-web');
	is $status, 0, 'purge' or diag $said;
	is_deeply everything_of_ours(), $before, 'nothing of ours is left';
	ok $machine->ok('nginx -t'), 'nginx reads its configuration still';
	cmp_ok $machine->must(
	    'runuser -u postgres -- psql -Atc "SELECT count(*) FROM users" cruddur'),
	    '>', 1, 'the data is left';
	is $machine->must('systemctl --failed --no-legend'), '', 'nothing failed';
};

subtest 'install again, and the small test of the package' => sub {
	copy_packages($version);
	$machine->must('apt-get install -y ./cruddur_*.deb ./cruddur-web_*.deb');
	$machine->copy_in('debian/tests', '/var/tmp/');
	my ($status, $text) = $machine->run('AUTOPKGTEST_TMP=$(mktemp -d) tests/smoke');
	is $status, 0, 'debian/tests/smoke' or diag $text;
};

done_testing;
