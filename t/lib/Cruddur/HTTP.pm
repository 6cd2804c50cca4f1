package Cruddur::HTTP;

# HTTPS to the stack's nginx, on one kept connection.
#
#     my $r = $http->get('/api/message_groups', as => 'bayko');
#     my $r = $http->post('/api/messages', { message => 'hi', ... }, as => 'bayko');
#     $r->{status}, $r->{headers}{'x-request-id'}, $r->{content}, $r->{json}
#     $http->request(PUT => '/api/x', headers => {...}, content => 'raw');
#     my $bytes = $http->raw("GET / HTTP/1.1\r\n\r\n");   # all that comes back
#
# as => HANDLE signs in as that demo person; token => TEXT sends that token.
# Cruddur::HTTP->new(..., from => '127.0.0.2') calls from another address.

use v5.36;
use HTTP::Tiny;
use IO::Socket::SSL;
use JSON::PP ();
use Test::More ();
use Cruddur::OpenAPI qw(violations);

my $owner = $$;
my $json = JSON::PP->new->utf8->canonical->allow_nonref;

sub new ($class, %args) {
	return bless {
		http => HTTP::Tiny->new(
			timeout => 30,
			verify_SSL => 1,
			max_redirect => 0,
			$args{from} ? (local_address => $args{from}) : (),
			SSL_options => { SSL_ca_file => $args{ca_file} },
		),
		%args,
	}, $class;
}

sub request ($self, $method, $path, %opt) {
	my %headers = ($opt{headers} // {})->%*;
	my $token = $opt{token}
	    // ($opt{as} ? $self->{stack}->token($opt{as}) : undef);
	$headers{Authorization} //= "Bearer $token" if defined $token;
	my $r = $self->{http}->request($method, "$self->{url}$path", {
		headers => \%headers,
		exists $opt{content} ? (content => $opt{content}) : (),
	});
	$r->{json} = eval { $json->decode($r->{content}) }
	    if ($r->{headers}{'content-type'} // '') =~ /json/;
	check_contract($method, $path, $opt{content}, $r) if $path =~ m{^/api/};
	return $r;
}

# Every answer is held against openapi.yaml; what does not fit fails the test.
sub check_contract ($method, $path, $sent, $answer) {
	my @faults = violations($method, $path, $sent, $answer) or return;
	my $text = join "\n", "openapi: $method $path", @faults;
	die "$text\n" if $$ != $owner; # a child's failure reaches its parent so
	Test::More::fail($text);
	return;
}

sub get ($self, $path, %opt) {
	return $self->request(GET => $path, %opt);
}

sub post ($self, $path, $body, %opt) {
	my %headers = ('Content-Type' => 'application/json',
	    ($opt{headers} // {})->%*);
	return $self->request(POST => $path, %opt, headers => \%headers,
	    content => $json->encode($body));
}

# Bytes as they are, on a connection of their own, closed by the server.
sub raw ($self, $bytes) {
	my ($host, $port) = $self->{url} =~ m{//([^:]+):(\d+)};
	my $socket = IO::Socket::SSL->new(
		PeerAddr => $host, PeerPort => $port,
		SSL_ca_file => $self->{ca_file}, Timeout => 10,
	) or die "connect: $SSL_ERROR";
	print $socket $bytes;
	local $/;
	return scalar <$socket>;
}

1;
