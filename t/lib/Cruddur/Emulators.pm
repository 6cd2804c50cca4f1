package Cruddur::Emulators;

# DynamoDB Local and cognito-local for a test that lives in namespaces of its
# own (Cruddur::Machine), where ./dev's stacks cannot be reached: no data, on
# one address.
#
#     my $aws = Cruddur::Emulators->start($address, $dir);
#     $aws->dynamodb, $aws->cognito       # their addresses (URL)
#     $aws->pool, $aws->client, $aws->issuer
#     $aws->person($email, $name, $handle, $password)
#     $aws->token($email, $password)      # an access token

use v5.36;
use Carp qw(croak);
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use HTTP::Tiny;
use JSON::PP ();
use Cruddur::Machine;

my $top = dirname(dirname(dirname(dirname(abs_path(__FILE__)))));
my $packages = "$top/t/emulators/node_modules";
my $json = JSON::PP->new->utf8->canonical;

sub start ($class, $address, $dir) {
	my $self = bless {
		dynamodb => "http://$address:8000",
		cognito => "http://$address:9229",
		http => HTTP::Tiny->new(timeout => 10),
	}, $class;
	my $jar = "$packages/amplify-dynamodb-simulator/emulator";
	$self->spawn("$dir/dynamodb", {}, qw(java -XX:+UseSerialGC
	    -XX:TieredStopAtLevel=1 -Xmx512m -Djava.net.preferIPv4Stack=true),
	    "-Djava.library.path=$jar/DynamoDBLocal_lib",
	    '-jar', "$jar/DynamoDBLocal.jar",
	    qw(-port 8000 -sharedDb -inMemory -disableTelemetry));
	$self->spawn("$dir/cognito", { HOST => $address, PORT => 9229,
	    CODE => '123456' }, 'node',
	    "$packages/cognito-local/lib/bin/start.js");
	for my $url ($self->{dynamodb}, "$self->{cognito}/health") {
		Cruddur::Machine::wait_until(30, sub {
			$self->{http}->get($url)->{status} != 599 })
		    or croak "$url does not answer";
	}
	$self->make_pool;
	return $self;
}

sub spawn ($self, $dir, $env, @command) {
	mkdir $dir or croak "$dir: $!";
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		chdir $dir or die "$dir: $!";
		%ENV = (%ENV, %$env);
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', 'log';
		open STDERR, '>&', \*STDOUT;
		exec @command or die "$command[0]: $!";
	}
	push $self->{pids}->@*, $pid;
}

sub DESTROY ($self) {
	local ($?, $@, $!);
	kill KILL => $_ for $self->{pids}->@*;
	waitpid $_, 0 for $self->{pids}->@*;
}

sub dynamodb ($self) { return $self->{dynamodb} }
sub cognito ($self) { return $self->{cognito} }
sub pool ($self) { return $self->{pool} }
sub client ($self) { return $self->{client} }
sub issuer ($self) { return "$self->{cognito}/$self->{pool}" }

sub call ($self, $action, $input) {
	my $r = $self->{http}->post($self->{cognito}, {
		headers => {
			'Content-Type' => 'application/x-amz-json-1.1',
			'X-Amz-Target' =>
			    "AWSCognitoIdentityProviderService.$action",
		},
		content => $json->encode($input),
	});
	$r->{success} or croak "$action: $r->{status} $r->{content}";
	return length $r->{content} ? $json->decode($r->{content}) : {};
}

sub make_pool ($self) {
	$self->{pool} = $self->call(CreateUserPool => {
		PoolName => 'cruddur' })->{UserPool}{Id};
	$self->{client} = $self->call(CreateUserPoolClient => {
		UserPoolId => $self->{pool}, ClientName => 'cruddur',
		ExplicitAuthFlows => [qw(ALLOW_USER_PASSWORD_AUTH
		    ALLOW_REFRESH_TOKEN_AUTH)],
	})->{UserPoolClient}{ClientId};
}

sub person ($self, $email, $name, $handle, $password) {
	my %who = (UserPoolId => $self->{pool}, Username => $email);
	my %about = (email => $email, email_verified => 'true', name => $name,
	    preferred_username => $handle);
	$self->call(AdminCreateUser => { %who, MessageAction => 'SUPPRESS',
		UserAttributes => [map { { Name => $_, Value => $about{$_} } }
		    sort keys %about] });
	$self->call(AdminSetUserPassword => { %who, Password => $password,
		Permanent => JSON::PP::true });
}

sub token ($self, $email, $password) {
	return $self->call(InitiateAuth => {
		ClientId => $self->{client}, AuthFlow => 'USER_PASSWORD_AUTH',
		AuthParameters => { USERNAME => $email, PASSWORD => $password },
	})->{AuthenticationResult}{AccessToken};
}

1;
