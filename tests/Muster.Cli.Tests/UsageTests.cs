namespace Muster.Cli.Tests;

/// <summary>Every command as a new user would type it: what is wrong is named, with its place and its fix.</summary>
public sealed class UsageTests
{
    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "chekc", "muster has no command \"chekc\"", "did you mean check?" },
        { "gate --stirct", "muster gate has no option --stirct", "did you mean --strict?" },
        { "check --gat go", "muster check has no option --gat", "did you mean --gate?" },
        { "key nwe jon", "muster key has no command \"nwe\"", "did you mean new?" },
        { "ledger very", "muster ledger has no command \"very\"", "did you mean verify?" },
        { "gate go stop", "muster gate has no place for \"stop\"", "muster gate --help" },
        { "", "which command?", "muster demo" },
        { "telemetry", "muster telemetry: which command?", "muster telemetry COMMAND" },
        { "telemetry query up --strat -1h", "muster telemetry query has no option --strat", "did you mean --start?" },
        { "telemetry query up --url localhost", "localhost is no URL", "http://127.0.0.1:7280" },
        { "otlp conform", "'URL'", "muster otlp conform URL" },
        { "otlp conform http://127.0.0.1:1 --signal spans", "spans", "muster otlp conform" },
        { "telemetry top --every soon", "not a duration", "write a number and a unit" },
        { "key", "muster key: which command?", "muster key COMMAND" },
        { "try", "'KIND'", "muster try KIND TARGET" },
        { "waive a.fact", "--because", "--requested-by NAME" },
        { "verify launch.json", "--key", "muster verify FILE --key FILE" },
        { "gate -f xml", "--format xml: not one of text, json, md, html, junit, sarif, openmetrics, github, gitlab", "muster gate" },
        { "lint -f html", "--format html: not one of text, json", "muster lint" },
        { "check --jobs none", "--jobs none: not a whole number from 1 to 1024", "muster check" },
        { "check --jobs 0", "--jobs 0: not a whole number", "muster check" },
        { "gate stop", "has no gate \"stop\"", "one of: go" },
        { "check --env lcal", "has no environment \"lcal\"", "did you mean local?" },
        { "check a.fcat", "has no control \"a.fcat\"", "did you mean a.fact?" },
        { "check b.*", "has no control \"b.*\"", "a.fact" },
        { "check localhost:8443", "neither a control nor a URL", "muster check https://localhost:8443" },
        { "check https://127.0.0.1:1 a.fact", "stands beside other words", "one URL alone" },
        { "check https://127.0.0.1:1 -d muster.yaml", "without a document", "leave out --document" },
        { "check https://mia:secret@127.0.0.1:1", "carries credentials", "leave them out" },
        { "init 127.0.0.1:8443", "not a URL", "https://host:8443" },
        { "why fact", "has no control \"fact\"", "did you mean a.fact?" },
        { "kinds htp", "there is no kind \"htp\"", "did you mean http?" },
        { "prove states", "looks at nothing", "muster kinds" },
        { "try http http://127.0.0.1:1 --set pth=/x", "http has no parameter \"pth\"", "did you mean path?" },
        { "try http http://127.0.0.1:1 --set path", "not NAME=VALUE", "--set path=" },
        { "gate --release nowhere.json", "nowhere.json is not there", "--release FILE|DIGEST" },
        { "manifest postgres postgres://mia@127.0.0.1:1/shop --of shop.dump", "another moment", "--snapshot ID" },
        { "gate --release sha256:12", "not a digest", "64 hexadecimal digits" },
        { "gate --release notes.txt", "notes.txt is not JSON", "artifacts" },
        { "gate --release empty.json", "empty.json names no artifacts", "artifacts" },
        { "gate --release tags.json", "artifacts.shop is not a sha256:", "a tag can move" },
        { "lint -d nowhere", "nowhere: no such document", "muster.yaml" },
        { "lint -d folder", "folder: no such document", "muster.yaml" },
        { "replay last", "no verdict has been given yet", "muster check" },
        { "replay abcd", "no entry begins with abcd", "muster ledger show" },
        { "replay", "which verdict?", "--all" },
        { "replay last --all", "which of the two?", "leave one out" },
        { "replay --all", "no ledger yet", "muster check" },
        { "diff", "no verdict has been given yet", "muster check" },
        { "diff --gate stop last last", "no verdict of stop has been given yet", "muster gate stop" },
        { "diff notes.txt notes.txt", "neither a certificate nor a JSON report", "muster certify" },
        { "diff empty.json empty.json", "neither a certificate nor a JSON report", "muster certify" },
        { "history stop", "has no gate \"stop\"", "one of: go" },
        { "history --since yesterday", "not a time", "2026-05-01" },
        { "ledger verify", "no ledger yet", "muster check" },
        { "ledger show", "no ledger yet", "muster check" },
        { "verify nowhere.json --key keys/mia.pub", "cannot read nowhere.json", "name a file" },
        { "verify folder --key keys/mia.pub", "cannot read folder", "name a file" },
        { "verify notes.txt --key notes.txt", "holds no P-256 public key", "BEGIN PUBLIC KEY" },
        { "verify notes.txt --key keys/mia.pub --at yesterday", "not an RFC 3339 instant", "2026-05-01T09:00:00Z" },
        { "verify notes.txt --key keys/mia.pub --release 12", "not a sha256:", "64 hexadecimal digits" },
        { "verify notes.txt --key keys/mia.pub --since notes.txt", "is not a checkpoint", ".muster/ledger/checkpoint" },
        { "report -o folder/none/board.html", "cannot write folder/none/board.html", "can be written to" },
        { "key new mia", "exists already", "never overwritten" },
        { "key new Mia", "no name for a key", "lower-case" },
        { "requirements --state prven", "there is no state \"prven\"", "did you mean proven?" },
        { "requirements --system gpu-clod", "the catalogue has no system \"gpu-clod\"", "did you mean gpu-cloud?" },
        { "requirements --gate stop", "has no gate \"stop\"", "one of: go" },
        { "plan --gate stop", "has no gate \"stop\"", "one of: go" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_3_and_named_with_its_fix(string words, string says, string fix)
    {
        using var launch = await Launch.Of(new());
        launch.Folder.Write("notes.txt", "not what was meant\n");
        launch.Folder.Write("empty.json", "{}");
        launch.Folder.Write("tags.json", """{ "artifacts": { "shop": "shop:latest" } }""");
        Directory.CreateDirectory(launch.Folder.PathOf("folder"));

        var ran = await launch.Run(words.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((3, ""), (ran.Exit, ran.Data));
        Assert.Contains(says, ran.Talk, StringComparison.Ordinal);
        Assert.Contains(fix, ran.Talk[ran.Talk.LastIndexOf("Fix: ", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.False(Directory.Exists(launch.Folder.PathOf(".muster/ledger")) && words.StartsWith("verify", StringComparison.Ordinal));
    }

    public static TheoryData<string> NeedADocument => ["check", "gate", "why a.fact", "plan", "lint", "sign --as mia", "report", "certify", "ledger verify", "ledger show", "replay last", "replay --all", "diff", "history"];

    [Theory]
    [MemberData(nameof(NeedADocument))]
    public async Task Without_a_document_the_ways_to_one_are_said_and_nothing_is_written(string words)
    {
        using var empty = new Scratch();
        var ran = await empty.Run(words.Split(' '));
        Assert.Equal(3, ran.Exit);
        Assert.Contains("no muster.yaml here or in any folder above", ran.Talk, StringComparison.Ordinal);
        Assert.Contains("muster init URL", ran.Talk, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(empty.Folder));
    }

    [Fact]
    public async Task A_host_where_no_document_is_gets_its_URL_suggested()
    {
        using var empty = new Scratch();
        var ran = await empty.Run("check", "shop.test");
        Assert.Equal(3, ran.Exit);
        Assert.Contains("muster check https://shop.test", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_without_a_gate_says_so()
    {
        using var launch = await Launch.Of(new());
        launch.Change("gates: { go: { environment: local, require: all } }", "");
        var ran = await launch.Run("check");
        Assert.Equal(3, ran.Exit);
        Assert.Contains("muster.yaml has no gate", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_gates_one_must_be_named()
    {
        using var launch = await Launch.Of(new());
        launch.Change("gates: {", "gates: { dry: { environment: local, require: all },");
        var ran = await launch.Run("check");
        Assert.Equal(3, ran.Exit);
        Assert.Contains("--gate dry | go", ran.Talk, StringComparison.Ordinal);
        Assert.Equal(0, (await launch.Run("check", "--gate", "dry")).Exit);
    }

    [Fact]
    public async Task The_document_may_lie_in_a_folder_above_or_be_named_by_its_folder()
    {
        using var launch = await Launch.Of(new());
        Directory.CreateDirectory(launch.Folder.PathOf("deep/down"));
        using var elsewhere = new Scratch();

        Assert.Equal(0, (await InProcess.Run(launch.Folder.PathOf("deep/down"), "check")).Exit);
        Assert.Equal(0, (await elsewhere.Run("gate", "-d", launch.Folder.Folder)).Exit);
        Assert.Equal(0, (await elsewhere.Run("gate", "-d", launch.Folder.PathOf("muster.yaml"))).Exit);
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere.Folder));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_to_is_3_and_says_so()
    {
        using var launch = await Launch.Of(new());
        launch.Folder.Write(".muster/ledger", "a file where the folder must be");
        var ran = await launch.Run("check");
        Assert.Equal(3, ran.Exit);
        Assert.Contains("ledger", ran.Talk, StringComparison.Ordinal);
        Assert.Contains("Fix: ", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_argument_and_option_explains_itself()
    {
        using var scratch = new Scratch();
        foreach (var (words, command) in Commands.Of())
        {
            var ran = await scratch.Run([.. words, "--help"]);
            Assert.Equal((0, ""), (ran.Exit, ran.Talk));
            Assert.All([command.Description, .. command.Arguments.Select(argument => argument.Description), .. command.Options.Select(option => option.Description)],
                says => Assert.EndsWith(".", says, StringComparison.Ordinal));
        }
    }
}
