#!/usr/bin/perl
# Where the listening socket comes from, and what becomes of it.
use v5.36;
use IO::Socket::UNIX;
use Test::More;
use Time::HiRes qw(sleep time);
use Cruddur::Server;
use Cruddur::Stack qw(wait_for);

my %two = (CRUDDUR_WORKERS => 2);

{
	my $server = Cruddur::Server->start(env => \%two);
	is $server->get('/api/health-check')->{status}, 200, 'own socket: answers';
	is sprintf('%04o', (stat $server->socket)[2] & 07777), '0660',
	    'own socket: for its group, and nobody else';
	my @fds = map { readlink } glob "/proc/${\ $server->pid}/fd/*";
	is scalar(grep { /^socket:/ } @fds), 1, 'own socket: no other one is open';

	my $second = Cruddur::Server->launch(
		env => \%two, socket => $server->socket);
	is $second->wait, 78, 'a second server on it does not start';
	like +($second->events('config_bad'))[0]{detail},
	    qr/^\Q${\ $server->socket}\E: another server/, 'and says why';
	is $server->get('/api/health-check')->{status}, 200,
	    'and leaves the first one alone';
	is $server->end, 0, 'own socket: ends';
	ok !-e $server->socket, 'own socket: is gone with it';
}

{
	my $server = Cruddur::Server->start(env => \%two);
	$server->signal('KILL');
	is $server->wait, 137, 'killed';
	ok -S $server->socket, 'a killed server leaves its socket';
	my $next = Cruddur::Server->start(
		env => \%two, socket => $server->socket);
	is $next->get('/api/health-check')->{status}, 200,
	    'the next one takes the place of a dead socket';
	is $next->end, 0, 'and ends';
}

{
	my %wrong = (
		'a file' => sub ($path) { open my $f, '>', $path or die; $path },
		'a folder' => sub ($path) { mkdir $path; $path },
		'no folder' => sub ($path) { "$path/none/api.sock" },
		'a long path' => sub ($path) { $path . 'x' x 120 },
	);
	for my $name (sort keys %wrong) {
		my $dir = File::Temp::tempdir(CLEANUP => 1);
		my $path = $wrong{$name}->("$dir/api.sock");
		my $server = Cruddur::Server->launch(socket => $path);
		is $server->wait, 78, "$name where the socket should be: no start";
		like +($server->events('config_bad'))[0]{detail}, qr/^\Q$path\E: /,
		    "$name: it says what is wrong";
		ok $name ne 'a file' || -f $path, "$name: nothing is removed";
	}
}

# A socket of somebody else: it is used, and outlives us.
for my $by (qw(systemd stdin)) {
	my $server = Cruddur::Server->start(env => \%two, socket_by => $by);
	is $server->get('/api/health-check')->{status}, 200, "$by: answers";
	is $server->end, 0, "$by: ends";
	ok -S $server->socket, "$by: the socket stays";

	# Connected while nobody is there: the next server answers.
	my $waiting = $server->fcgi->connection;
	print $waiting Cruddur::FCGI::request_bytes(GET => '/api/health-check');
	$waiting->flush;
	my $next = Cruddur::Server->start(env => \%two, socket_by => $by,
		socket => $server->socket, listen => $server->{listen});
	is Cruddur::FCGI::read_answer($waiting)->{status}, 200,
	    "$by: who waited through a restart is answered";
	is $next->end, 0, "$by: ends again";
}

# What waits on our own socket when the end comes is still answered.
{
	my $server = Cruddur::Server->start(env => { CRUDDUR_WORKERS => 1 });
	my ($worker) = $server->workers;
	kill STOP => $worker;
	my @waiting = map { $server->fcgi->connection } 1 .. 50;
	for (@waiting) {
		print $_ Cruddur::FCGI::request_bytes(GET => '/api/health-check');
		$_->flush;
	}
	$server->signal('TERM');
	wait_for { !-e $server->socket } 'no new connections';
	kill CONT => $worker;
	my $start = time;
	my @answers = map { Cruddur::FCGI::read_answer($_)->{status} } @waiting;
	is_deeply \@answers, [(200) x 50], 'all who waited on it are answered';
	is $server->wait, 0, 'then it ends';
	cmp_ok time - $start, '<', 6, 'as soon as nobody is left';
}

done_testing;
