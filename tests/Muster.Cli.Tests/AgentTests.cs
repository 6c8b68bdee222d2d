using System.Diagnostics;
using System.Net.Sockets;

namespace Muster.Cli.Tests;

/// <summary>A person signs with a key of their own: a file, or through a real SSH agent on a scratch socket.</summary>
public sealed class AgentTests
{
    const string Signed = ", sign: { architect: 1 }";

    static async Task Tool(string folder, string program, string? socket, params string[] words)
    {
        var start = new ProcessStartInfo(program, words) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        if (socket is not null) start.Environment["SSH_AUTH_SOCK"] = socket;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program}: {await said}{await wrong}");
    }

    /// <summary>A launch whose architect has the SSH key that lies beside it.</summary>
    static async Task<Launch> WithSshKey(string passphrase = "")
    {
        var launch = await Launch.Of(new() { Gate = Signed });
        await Tool(launch.Folder.Folder, "ssh-keygen", null, "-q", "-t", "ecdsa", "-b", "256", "-N", passphrase, "-C", "mia@shop", "-f", "id_mia");
        File.Copy(launch.Folder.PathOf("id_mia.pub"), launch.Folder.PathOf("keys/mia.pub"), overwrite: true);
        await launch.Run("check");
        return launch;
    }

    static Task<Ran> Run(Launch launch, string? socket, params string[] words) => InProcess.Run(launch.Folder.Folder, host => host with
    {
        Variable = name => name == "SSH_AUTH_SOCK" ? socket : name == "MUSTER_PASSPHRASE" ? InProcess.Passphrase : null,
    }, words);

    [Fact]
    public async Task A_key_file_of_ones_own_signs_and_says_who_signs()
    {
        using var launch = await WithSshKey();

        var ran = await launch.Done("sign", "--key", "id_mia");

        Assert.Contains("mia signed go as architect", ran.Data, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Go, (await launch.Run("gate", "--strict")).Exit);
        Assert.Equal(ExitCode.Done, (await launch.Run("ledger", "verify")).Exit);
    }

    [Fact]
    public async Task The_agent_signs_and_the_key_never_leaves_it()
    {
        using var launch = await WithSshKey();
        using var agent = await Agent.Start();
        await Tool(launch.Folder.Folder, "ssh-add", agent.Socket, "-q", "id_mia");
        File.Delete(launch.Folder.PathOf("id_mia"));

        var ran = await Run(launch, agent.Socket, "sign", "--agent");

        Assert.True(ran.Exit == ExitCode.Done, ran.Talk);
        Assert.Contains("mia signed go as architect", ran.Data, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Go, (await launch.Run("gate", "--strict")).Exit);
        Assert.Equal(ExitCode.Done, (await launch.Run("ledger", "verify")).Exit);
    }

    [Fact]
    public async Task An_agent_without_the_persons_key_is_told_to_get_it()
    {
        using var launch = await WithSshKey();
        using var agent = await Agent.Start();
        await Tool(launch.Folder.Folder, "ssh-keygen", null, "-q", "-t", "ed25519", "-N", "", "-f", "other");
        await Tool(launch.Folder.Folder, "ssh-add", agent.Socket, "-q", "other");

        var named = await Run(launch, agent.Socket, "sign", "--agent", "--as", "mia");
        var unnamed = await Run(launch, agent.Socket, "sign", "--agent");

        Assert.Equal((3, 3), (named.Exit, unnamed.Exit));
        Assert.Contains("holds no key of mia's", named.Talk, StringComparison.Ordinal);
        Assert.Contains("holds no key of a person", unnamed.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_locked_agent_refuses_and_no_agent_is_said()
    {
        using var launch = await WithSshKey();
        var nowhere = launch.Folder.PathOf("nowhere");

        Assert.Contains("SSH_AUTH_SOCK is not set", (await Run(launch, null, "sign", "--agent")).Talk, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", (await Run(launch, nowhere, "sign", "--agent")).Talk, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", (await Run(launch, "/" + new string('x', 300), "sign", "--agent")).Talk, StringComparison.Ordinal);
        Assert.Contains("two ways", (await Run(launch, nowhere, "sign", "--agent", "--key", "id_mia")).Talk, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00000000")]
    [InlineData("ffffffff")]
    [InlineData("0000000105")]
    [InlineData("000000010c")]
    [InlineData("000000050cffffffff")]
    [InlineData("000000050c00000001")]
    [InlineData("0000000d0c00000001ffffffff00000000")]
    [InlineData("485454502f312e31")]
    public async Task What_does_not_answer_as_an_agent_does_is_3_and_writes_nothing(string answer)
    {
        using var launch = await WithSshKey();
        using var fake = new Listener(Convert.FromHexString(answer));
        var before = new FileInfo(launch.Folder.PathOf(".muster/ledger/log")).Length;

        var ran = await Run(launch, fake.Path, "sign", "--agent");

        Assert.Equal((3, ""), (ran.Exit, ran.Data));
        Assert.Contains("agent", ran.Talk, StringComparison.Ordinal);
        Assert.Contains("Fix: ", ran.Talk, StringComparison.Ordinal);
        Assert.Equal(before, new FileInfo(launch.Folder.PathOf(".muster/ledger/log")).Length);
    }

    [Fact]
    public async Task Another_persons_key_file_is_4_and_a_strangers_is_3()
    {
        using var launch = await WithSshKey();
        await Tool(launch.Folder.Folder, "ssh-keygen", null, "-q", "-t", "ecdsa", "-b", "256", "-N", "", "-f", "stranger");

        Assert.Equal(4, (await launch.Run("sign", "--as", "jon", "--key", "id_mia")).Exit);
        Assert.Equal(3, (await launch.Run("sign", "--key", "stranger")).Exit);
        Assert.Contains("is not there", (await launch.Run("sign", "--key", "nowhere")).Talk, StringComparison.Ordinal);
    }

    /// <summary>A real agent in the foreground, ended by its own process.</summary>
    sealed class Agent(Process process, string folder) : IDisposable
    {
        public string Socket => System.IO.Path.Combine(folder, "agent");

        public static async Task<Agent> Start()
        {
            var folder = Directory.CreateTempSubdirectory("muster-agent-").FullName;
            var start = new ProcessStartInfo("ssh-agent", ["-D", "-a", System.IO.Path.Combine(folder, "agent")]) { RedirectStandardOutput = true, RedirectStandardError = true };
            var process = Process.Start(start)!;
            // It prints its socket's name once it listens there.
            Assert.NotNull(await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            return new(process, folder);
        }

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Answers whatever is asked with the same bytes, and hangs up.</summary>
    sealed class Listener : IDisposable
    {
        readonly string _folder = Directory.CreateTempSubdirectory("muster-agent-").FullName;
        readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        readonly Task _answering;

        public Listener(byte[] answer)
        {
            _socket.Bind(new UnixDomainSocketEndPoint(Path));
            _socket.Listen();
            _answering = Answer(answer);
        }

        public string Path => System.IO.Path.Combine(_folder, "fake");

        async Task Answer(byte[] answer)
        {
            try
            {
                while (true)
                {
                    using var asked = await _socket.AcceptAsync();
                    await asked.ReceiveAsync(new byte[1024]);
                    if (answer.Length > 0) await asked.SendAsync(answer);
                }
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException)
            {
                // disposed: the test is over
            }
        }

        public void Dispose()
        {
            _socket.Dispose();
            _answering.Wait();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
