#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
#:property RestoreLockedMode=false
#:property UseSharedCompilation=false

// The one entry for people and for CI: dotnet run build.cs -- TARGET. Needs the .NET SDK and nothing else.
using System.Diagnostics;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;

var root = RepositoryRoot();
var artifacts = Path.Combine(root, "artifacts");
var solution = Path.Combine(root, "Muster.slnx");
var colour = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

const string Servers = "Muster.Probes.Tests and Muster.Proofs.Tests look at it";
const string Backups = "Muster.Probes.Tests look at backups that it wrote";

// What the tests need beside the .NET SDK, and which tests need it.
Need[] needs =
[
    new("openssl", Package: "openssl", For: "Muster.Ledger.Tests verify our DSSE envelopes with it; Muster.Probes.Tests serve old TLS versions with it"),
    new("ssh-agent", Package: "openssh-client", For: "Muster.Ledger.Tests read its keys; Muster.Cli.Tests sign through its agent"),
    new("git", Package: "git", For: "Muster.Probes.Tests search the history of repositories"),
    // Real servers, started on free ports in scratch folders by tests/Muster.Servers.
    new("/usr/lib/postgresql/15/bin/initdb", Package: "postgresql-15", For: Servers),
    new("pgbackrest", Package: "pgbackrest", For: Servers),
    new("barman", Package: "barman", For: Servers),
    new("redis-server", Package: "redis-server", For: Servers),
    new("nats-server", Package: "nats-server", For: Servers),
    new("rabbitmq-server", Package: "rabbitmq-server", For: Servers),
    new("prometheus", Package: "prometheus", For: Servers),
    new("prometheus-node-exporter", Package: "prometheus-node-exporter", For: "Muster.Telemetry.Tests scrape it"),
    new("node", Package: "nodejs", For: "Muster.Server.Tests run OpenTelemetry's SDK for Node"),
    new("npm", Package: "npm", For: "Muster.Server.Tests install OpenTelemetry's SDK for Node"),
    new("prometheus-alertmanager", Package: "prometheus-alertmanager", For: Servers),
    new("nginx", Package: "nginx-light", For: Servers),
    new("/usr/lib/nginx/modules/ngx_http_modsecurity_module.so", Package: "libnginx-mod-http-modsecurity", For: Servers),
    new("/usr/share/modsecurity-crs/owasp-crs.load", Package: "modsecurity-crs", For: Servers),
    new("pgbouncer", Package: "pgbouncer", For: Servers),
    new("aiosmtpd", Package: "python3-aiosmtpd", For: Servers),
    new("systemctl", Package: "systemd", For: Servers),
    new("rsyslogd", Package: "rsyslog", For: Servers),
    // Backups as real programs write them.
    new("gpg", Package: "gpg", For: Backups),
    new("zstd", Package: "zstd", For: Backups),
    new("xz", Package: "xz-utils", For: Backups),
    new("bzip2", Package: "bzip2", For: Backups),
    new("zip", Package: "zip", For: Backups),
    new("sqlite3", Package: "sqlite3", For: Backups),
    new("restic", Package: "restic", For: Backups),
    new("ip", Package: "iproute2", For: "Muster.Probes.Tests look from network namespaces of their own"),
];

Target[] targets =
[
    new("restore", "packages, exactly as locked (--update rewrites the lock files)", Restore),
    new("format", "check the layout of the code (--fix mends it)", Format),
    new("build", "restore, then compile in Release; a warning is an error", Build),
    new("test", "build, then run every project under tests/*.Tests (NAME… runs those whose name contains it)", Test),
    new("pack", "the executables: artifacts/muster and artifacts/muster-server, a trimmed file each for linux-x64", Pack),
    new("conformance", "our formats against published vectors (--data DIR)", Conformance),
    new("bench", "the figures of docs/performance.md, which a whole run writes (--help lists them)", Bench),
    new("mutation", "how many planted faults in the judge its tests notice; at least 95 % (arguments go to dotnet-stryker)", Mutation),
    new("fuzz", "parsers against broken input, at length (--rounds N; 20,000 unless said)", Fuzz),
    new("crash", "kill the writer of a ledger at random points, open what is left (--points N; 1,000 unless said)", Crash),
];

if (args is [] or ["help" or "--help" or "-h" or "-?"]) return Help();
if (targets.FirstOrDefault(target => target.Name == args[0]) is not { } chosen)
{
    Console.Error.WriteLine($"There is no target \"{args[0]}\". The targets are: {string.Join(", ", targets.Select(target => target.Name))}.");
    return 2;
}

return chosen.Work(args[1..]) ? 0 : 1;

int Help()
{
    Console.WriteLine("dotnet run build.cs -- TARGET [ARGUMENTS]\n");
    foreach (var target in targets) Console.WriteLine($"  {target.Name,-12} {target.Says}");
    return 0;
}

bool Restore(string[] args) => args.Contains("--update")
    ? Step("restore, lock files anew", () => Dotnet("restore", solution, "--force-evaluate", "-p:RestoreLockedMode=false"))
    : Step("restore, as locked", () => Dotnet("restore", solution, "--locked-mode"));

bool Format(string[] args) => Restore([]) && (args.Contains("--fix")
    ? Step("format", () => Dotnet("format", solution, "--no-restore"))
    : Step("format, check only", () => Dotnet("format", solution, "--no-restore", "--verify-no-changes")));

bool Build(string[] args) => Restore([]) && Step("build", () => Dotnet("build", solution, "--configuration", "Release", "--no-restore", "-warnaserror"));

bool Test(string[] args)
{
    Tally all = default;
    if (!Tools() || !Build([])) all = new(Failed: 1);
    else
    {
        var projects = Directory.EnumerateDirectories(Path.Combine(root, "tests"), "*.Tests").Select(Path.GetFileName).OfType<string>()
            .Where(name => args.Length == 0 || args.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)))
            .Order(StringComparer.Ordinal).ToList();
        if (projects.Count == 0)
        {
            Problem($"no test project under tests/ has a name that contains {string.Join(" or ", args)}");
            all = new(Failed: 1);
        }

        foreach (var project in projects)
        {
            Tally of = default;
            Step(project, () => (of = RunTests(project, TimeSpan.FromMinutes(20))).Failed == 0);
            all += of;
        }
    }

    // Nothing may follow this line: it is read by machines.
    Console.WriteLine();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{all.Passed} passed, {all.Failed} failed, {all.Skipped} skipped"));
    return all.Failed == 0;
}

// A project's tally is what its results file says; a project that says nothing, runs nothing, hangs or ends badly counts as a failure.
Tally RunTests(string project, TimeSpan limit, params string[] chosen)
{
    var results = Path.Combine(artifacts, "tests", project + ".xml");
    Directory.CreateDirectory(Path.GetDirectoryName(results)!);
    File.Delete(results);
    var program = Path.Combine(root, "tests", project, "bin", "Release", "net10.0", project + ".dll");
    if (!File.Exists(program)) return Lost(default, $"{project}: {Path.GetRelativePath(root, program)} was not built; is the project in Muster.slnx?");
    // A test that hangs is named, so that whoever reads the log knows which.
    List<string> arguments = [program, "-xml", results, "-noLogo", "-longRunning", "120", .. chosen];
    if (!colour) arguments.Add("-noColor");
    var exit = Start("dotnet", arguments, limit);
    if (exit is null) return Lost(default, $"{project}: not done after {limit.TotalMinutes} minutes, ended");
    Tally tally;
    try
    {
        tally = XDocument.Load(results).Root!.Elements("assembly").Aggregate(default(Tally), (sum, one) => sum + new Tally(
            Passed: Number(one, "passed"), Failed: Number(one, "failed") + Number(one, "errors"), Skipped: Number(one, "skipped") + Number(one, "not-run")));
    }
    catch (Exception error) when (error is IOException or XmlException or FormatException)
    {
        return Lost(default, $"{project}: ended with exit code {exit} and left no results ({error.Message})");
    }

    if (tally.Passed + tally.Failed == 0) return Lost(tally, $"{project}: not one test ran");
    if (exit != 0 && tally.Failed == 0) return Lost(tally, $"{project}: every test passed, but it ended with exit code {exit}");
    return tally;

    static int Number(XElement of, string name) => int.Parse(of.Attribute(name)?.Value ?? "0", NumberStyles.None, CultureInfo.InvariantCulture);
}

Tally Lost(Tally seen, string why)
{
    Problem(why);
    return seen + new Tally(Failed: 1);
}

bool Tools()
{
    var missing = needs.Where(need => !OnPath(need.Program)).ToList();
    if (missing.Count == 0) return true;
    var list = string.Join("; ", missing.Select(need => $"{need.Program} ({need.For})"));
    if (!OnPath("apt-get") || !Environment.IsPrivilegedProcess)
    {
        Problem($"missing: {list}. Install {string.Join(", ", missing.Select(need => need.Package))} with your system's package manager and run this again.");
        return false;
    }

    Environment.SetEnvironmentVariable("DEBIAN_FRONTEND", "noninteractive");
    return Step($"install {list}", () =>
        Start("apt-get", ["update", "-q"]) == 0
        && Start("apt-get", ["install", "-q", "-y", "--no-install-recommends", .. missing.Select(need => need.Package)]) == 0
        && missing.All(need => OnPath(need.Program)));
}

bool Pack(string[] args)
{
    // Beside each other: `muster telemetry serve` starts the server that lies where it lies.
    foreach (var (project, program) in new[] { ("Muster.Cli", "muster"), ("Muster.Server", "muster-server") })
    {
        var to = Path.Combine(artifacts, "publish", project);
        if (!Step($"pack {program}", () => Dotnet("publish", Path.Combine(root, "src", project, project + ".csproj"), "--configuration", "Release", "--runtime", "linux-x64", "--self-contained", "--output", to,
            "-p:RestoreLockedMode=true", "-p:PublishSingleFile=true", "-p:PublishTrimmed=true", "-p:PublishReadyToRun=true", "-p:DebugType=embedded", "-warnaserror"))) return false;
        var packed = Path.Combine(artifacts, program);
        // A copy over a program that runs would fail; the new one takes the name, and the old one runs on.
        File.Delete(packed);
        File.Copy(Path.Combine(to, program), packed);
        Console.WriteLine($"artifacts/{program}, {new FileInfo(packed).Length / 1e6:F1} MB");
    }

    return true;
}

bool Mutation(string[] args)
{
    var tests = Path.Combine(root, "tests", "Muster.Readiness.Tests"); // its stryker-config.json says what is planted where
    Environment.SetEnvironmentVariable("MUSTER_PROPERTY_CASES", "4"); // the properties are asked once for each planted fault
    return Step("tools, as listed in .config/dotnet-tools.json", () => Dotnet("tool", "restore"))
        && Step("mutation", () => Start("dotnet", ["stryker", "--output", Path.Combine(artifacts, "mutation"), .. args], @in: tests) == 0);
}

bool Conformance(string[] args)
{
    if (args is ["--data", var data]) return Run("conformance", "tests/Muster.Conformance", [Path.GetFullPath(data)]);
    Problem("conformance: --data DIR names the folder of the published vectors, with merkle/, jcs/ and promql/ in it");
    return false;
}

bool Bench(string[] args)
{
    var asks = args.Any(argument => argument is "--help" or "--list");
    // What is measured is what would be shipped now.
    return (asks || Pack([])) && Run("bench", "bench/Muster.Bench", args);
}

bool Fuzz(string[] args)
{
    if (Number(args, "--rounds", 20_000) is not { } rounds) return false;
    Environment.SetEnvironmentVariable("MUSTER_FUZZ", rounds);
    Environment.SetEnvironmentVariable("MUSTER_FUZZ_ROUNDS", rounds);
    return Longer("fuzz, documents", "Muster.Readiness.Tests", "*Whatever_is_written_the_reader_answers*")
        & Longer("fuzz, what probes are answered", "Muster.Probes.Tests", "*Damaged_answers*")
        & Longer("fuzz, ledgers and certificates", "Muster.Ledger.Tests", "Muster.Ledger.Tests.FuzzTests.*")
        & Longer("fuzz, checklists", "Muster.Cli.Tests", "Muster.Cli.Tests.ChecklistFuzzTests.*");
}

bool Crash(string[] args)
{
    if (Number(args, "--points", 1_000) is not { } points) return false;
    Environment.SetEnvironmentVariable("MUSTER_CRASH_POINTS", points);
    return Longer($"crash, {points} points", "Muster.Ledger.Tests", "*Killed_at_any*");
}

// Tests that `test` runs briefly, chosen by the name of their method.
bool Longer(string name, string project, string method) => Step(name, () =>
    Dotnet("build", Path.Combine(root, "tests", project), "--configuration", "Release", "-warnaserror")
    && RunTests(project, TimeSpan.FromHours(2), "-method", method, "-showLiveOutput").Failed == 0);

string? Number(string[] args, string option, int otherwise)
{
    if (args is []) return otherwise.ToString(CultureInfo.InvariantCulture);
    if (args is [var given, var number] && given == option && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0) return number;
    Problem($"{option} takes a whole number above zero");
    return null;
}

bool Run(string name, string project, string[] args) =>
    Step(name, () => Dotnet(["run", "--project", Path.Combine(root, project), "--configuration", "Release", "--", .. args]));

bool Step(string name, Func<bool> work)
{
    Say("36", $"▸ {name}");
    var watch = Stopwatch.StartNew();
    var done = work();
    var took = string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds:F1} s");
    if (done) Say("32", $"✓ {name}, {took}");
    else Say("31", $"✗ {name}, {took}");
    return done;
}

void Say(string code, string text) => Console.WriteLine(colour ? $"\e[{code}m{text}\e[0m" : text);

void Problem(string text) => Say("31", text);

bool Dotnet(params string[] arguments) => Start("dotnet", arguments) == 0;

// The exit code, or null if it was not done in time. No standard input, and nothing that outlives us: no reused build nodes, no compiler server.
int? Start(string program, IEnumerable<string> arguments, TimeSpan? limit = null, string? @in = null)
{
    var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = @in ?? root, RedirectStandardInput = true };
    foreach (var (name, value) in new[]
    {
        ("MSBUILDDISABLENODEREUSE", "1"), ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"), ("UseSharedCompilation", "false"),
        ("DOTNET_NOLOGO", "1"), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("DOTNET_CLI_UI_LANGUAGE", "en"),
    }) start.Environment[name] = value;
    using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    process.StandardInput.Close();
    if (process.WaitForExit(limit ?? TimeSpan.FromHours(2))) return process.ExitCode;
    process.Kill(entireProcessTree: true);
    process.WaitForExit();
    return null;
}

static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
    .Concat(["/usr/sbin", "/sbin"]).Any(folder => File.Exists(Path.Combine(folder, program)));

// Where this file lies, whatever the working directory is.
static string RepositoryRoot() => AppContext.GetData("EntryPointFileDirectoryPath") as string
    ?? throw new InvalidOperationException("start this with: dotnet run build.cs -- TARGET");

readonly record struct Tally(int Passed = 0, int Failed = 0, int Skipped = 0)
{
    public static Tally operator +(Tally a, Tally b) => new(a.Passed + b.Passed, a.Failed + b.Failed, a.Skipped + b.Skipped);
}

sealed record Need(string Program, string Package, string For);

sealed record Target(string Name, string Says, Func<string[], bool> Work);
