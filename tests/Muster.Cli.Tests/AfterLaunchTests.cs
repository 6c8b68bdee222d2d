using System.Diagnostics;
using System.Globalization;
using System.Text;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>After launch: rounds that go on, tell what changed and nothing else, and a receiver that hears of each change though it was down, slow or broken meanwhile.</summary>
public sealed class AfterLaunchTests : IAsyncDisposable
{
    /// <summary>What the site answers to the n-th look, from 1; each round looks once.</summary>
    Func<int, int> _looks = _ => 200;

    int _seen;
    readonly LoopbackSite _site = LoopbackSite.Start();

    public AfterLaunchTests() => _site.Otherwise = _ => new(_looks(Interlocked.Increment(ref _seen)));

    async Task<Launch> Made(string gate = "")
    {
        var launch = await Launch.Of(new() { Targets = $"targets: {{ site: \"http://127.0.0.1:{_site.Port}\" }}", Controls = "  b.site: { title: It answers, check: { http: site } }", Gate = gate });
        launch.Folder.Write("webhook.secret", Receiver.Secret + "\n");
        return launch;
    }

    static string[] Rounds(int most, string? url = null, params string[] more) =>
        ["check", "--again", "--every", "20ms", "--jitter", "1ms", "--rounds", most.ToString(CultureInfo.InvariantCulture), .. url is null ? Array.Empty<string>() : ["--webhook", url, "--webhook-secret-file", "webhook.secret"], .. more];

    static List<string> Verdicts(Ran ran) => [.. ran.Data.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => ((Value.Text)((Value.Fields)((Value.Fields)Value.Parse(Encoding.UTF8.GetBytes(line)))["data"]!)["verdict"]!).Is)];

    [Fact]
    public async Task Only_changes_are_told_and_the_last_verdict_is_the_exit_code()
    {
        using var launch = await Made();
        _looks = look => look is >= 3 and <= 5 ? 500 : 200;

        var told = await launch.Run(Rounds(7, null, "-f", "json"));
        _looks = _ => 500;
        var failing = await launch.Run(Rounds(2));

        Assert.Equal(["Go", "NoGo", "Go"], Verdicts(told));
        Assert.Equal(ExitCode.Go, told.Exit);
        Assert.Equal(ExitCode.NoGo, failing.Exit);
        Assert.Contains("go in local: GO → NO-GO, standing\n    - b.site failed: status 500, ", failing.Data, StringComparison.Ordinal);
        Assert.Equal(9, _seen);
    }

    [Fact]
    public async Task Once_it_has_opened_rounds_ask_whether_that_still_holds_and_after_an_edit_whether_it_may_open()
    {
        using var launch = await Made(", sign: { architect: 1 }");

        Assert.Equal(ExitCode.Held, (await launch.Run(Rounds(1))).Exit);
        await launch.Done("sign", "--as", "mia");
        Assert.Equal(ExitCode.Go, (await launch.Run(Rounds(2))).Exit);
        launch.Change("title: It answers", "title: It answers, fix: Restart it");
        Assert.Equal(ExitCode.Undecided, (await launch.Run("gate")).Exit);
        Assert.Equal(ExitCode.Held, (await launch.Run(Rounds(1))).Exit);

        var verdicts = ((Value.Items)(await launch.Done("ledger", "show", "-f", "json")).Json["entries"]!).Are.Select(entry => (Value.Fields)((Value.Fields)entry)["fact"]!)
            .Where(fact => ((Value.Text)fact["fact"]!).Is == "verdict").Select(fact => Equals(fact["standing"], Value.True));
        Assert.Equal([false, false, true, true, false, false], verdicts);
    }

    [Fact]
    public async Task Each_change_is_posted_once_signed_in_order_and_with_its_cause()
    {
        using var launch = await Made();
        await using var receiver = Receiver.Start();
        _looks = look => look is >= 3 and <= 5 ? 500 : 200;

        await launch.Done(Rounds(7, receiver.Url));

        Assert.Equal(["Go", "NoGo", "Go"], receiver.Got.Select(got => got.Verdict));
        Assert.All(receiver.Got, got => Assert.True(got.Signed));
        Assert.All(receiver.Got, got => Assert.InRange(got.Timestamp, DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 120, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 5));
        Assert.Equal(3, receiver.Got.Select(got => got.Id).Distinct().Count());
        var down = receiver.Got.ElementAt(1);
        Assert.StartsWith("[\"b.site failed: status 500, ", down.Data["because"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("Go", ((Value.Text)((Value.Fields)down.Data["before"]!)["verdict"]!).Is);
        Assert.Empty(JsonSchema.Of("change").Problems(down.Body, new HashSet<string>()));
    }

    [Fact]
    public async Task A_receiver_that_answers_500_gets_the_same_message_again_and_the_next_one_waits_behind_it()
    {
        using var launch = await Made();
        await using var receiver = Receiver.Start();
        _looks = look => look == 1 ? 200 : 500;
        var refusals = 0;
        receiver.Answer = _ => Interlocked.Increment(ref refusals) <= 2 ? 500 : 204;

        await launch.Run(Rounds(3, receiver.Url));
        while (receiver.Got.Count < 4) await launch.Run(["notify", "--webhook", receiver.Url, "--webhook-secret-file", "webhook.secret"]);

        Assert.Equal(["Go", "Go", "Go", "NoGo"], receiver.Got.Select(got => got.Verdict));
        Assert.Equal(2, receiver.Got.Select(got => got.Id).Distinct().Count());
        Assert.All(receiver.Got, got => Assert.True(got.Signed));
    }

    [Fact]
    public async Task A_receiver_that_is_down_loses_nothing_though_the_process_ends_meanwhile()
    {
        using var launch = await Made();
        int port;
        await using (var gone = Receiver.Start()) port = gone.Port;
        var url = $"http://127.0.0.1:{port}/";
        await launch.Run(Rounds(1, url));
        _looks = _ => 500;
        await launch.Run(Rounds(1, url));

        var doctor = await launch.Run("doctor");
        await using var back = Receiver.Start(port);
        var sent = await launch.Done("notify", "--webhook", url, "--webhook-secret-file", "webhook.secret");

        Assert.Contains("messages waiting: 2", doctor.Data, StringComparison.Ordinal);
        Assert.StartsWith("2 delivered, 0 waiting", sent.Data, StringComparison.Ordinal);
        Assert.Equal(["Go", "NoGo"], back.Got.Select(got => got.Verdict));
        Assert.Contains("outbox: empty", (await launch.Run("doctor")).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_changed_while_nobody_watched_is_told_by_the_next_round_also_where_a_person_decided_meanwhile()
    {
        using var launch = await Made();
        await using var receiver = Receiver.Start();
        await launch.Done(Rounds(1, receiver.Url));
        await launch.Done(Rounds(1, receiver.Url));
        Assert.Single(receiver.Got);

        _looks = _ => 500;
        Assert.Equal(ExitCode.NoGo, (await launch.Run("check", "--again")).Exit);
        await launch.Run(Rounds(1, receiver.Url));

        Assert.Equal(["Go", "NoGo"], receiver.Got.Select(got => got.Verdict));
    }

    [Fact]
    public async Task A_round_without_a_verdict_is_survived_and_told_and_so_is_the_first_that_has_one_again()
    {
        using var launch = await Made();
        await using var receiver = Receiver.Start();
        var text = launch.Text;
        _looks = look =>
        {
            if (look == 2) launch.Folder.Write("muster.yaml", "muster: 1\nsistem: shop\n");
            return 200;
        };
        receiver.Answer = got =>
        {
            if (got.Type == "check.failed") launch.Folder.Write("muster.yaml", text);
            return 204;
        };

        var ran = await launch.Done(Rounds(6, receiver.Url));

        Assert.Equal(["verdict.changed", "check.failed", "check.recovered"], receiver.Got.Select(got => got.Type));
        Assert.Contains("this round gave no verdict: muster.yaml has mistakes", ran.Talk, StringComparison.Ordinal);
        Assert.Contains("no verdict any more", ran.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_ends_the_first_round_and_is_not_repeated_for_ever()
    {
        using var launch = await Made();
        var ran = await launch.Run("check", "--every", "1h", "--gate", "stop");
        Assert.Equal((3, ""), (ran.Exit, ran.Data));
        Assert.Contains("has no gate \"stop\"", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_do_not_take_turns_on_one_folder_but_one_check_runs_beside_them()
    {
        using var launch = await Made();
        using var first = HeldFile.Take(launch.Folder.PathOf(".muster/outbox/rounds.lock"));

        var second = await InProcess.Run(launch.Folder.Folder, host => host with { Patience = TimeSpan.Zero }, Rounds(1));

        Assert.Equal((3, ""), (second.Exit, second.Data));
        Assert.Contains($"other rounds go on in this folder: process {Environment.ProcessId}", second.Talk, StringComparison.Ordinal);
        await launch.Done("check");
    }

    [Theory, InlineData("TERM"), InlineData("INT")]
    public async Task A_stop_between_rounds_is_130_at_once_and_leaves_the_folder_to_the_next(string signal)
    {
        using var launch = await Made();
        var process = Executable.Start(launch.Folder.Folder, "check", "--every", "1h");
        Assert.Contains("go in local: GO", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        using (var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        var ran = await Executable.Finish(process);

        Assert.Equal(130, ran.Exit);
        Assert.Contains("interrupted", ran.Talk, StringComparison.Ordinal);
        await launch.Done(Rounds(1));
    }

    [Fact]
    public async Task The_secret_and_the_path_of_the_receiver_are_shown_and_written_nowhere()
    {
        using var launch = await Made();
        await using var receiver = Receiver.Start();
        receiver.Answer = _ => 503;
        var outputs = new StringBuilder();
        foreach (var words in (string[][])[Rounds(1, receiver.Url), ["notify", "--test", .. Rounds(1, receiver.Url)[^4..]], ["notify", .. Rounds(1, receiver.Url)[^4..], "-f", "json"], ["doctor"], ["history"], ["check", "--rounds", "1", "--webhook", "ftp://x/" + Receiver.Hidden]])
        {
            var ran = await launch.Run(words);
            outputs.Append(ran.Data).Append(ran.Talk);
        }

        Assert.NotEmpty(receiver.Got);
        File.Delete(launch.Folder.PathOf("webhook.secret"));
        string[] secrets = [Receiver.Secret, Receiver.Secret[6..], Receiver.Hidden];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, outputs.ToString(), StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(launch.Folder.Folder, "*", SearchOption.AllDirectories))
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, Encoding.UTF8.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_test_message_proves_that_the_receiver_receives_and_a_refusal_that_it_does_not()
    {
        using var launch = await Made();
        await using var receiver = Receiver.Start();
        string[] test = ["notify", "--test", .. Rounds(1, receiver.Url)[^4..]];

        var took = await launch.Done(test);
        receiver.Answer = _ => 404;
        var refused = await launch.Run(test);
        var down = await launch.Run("notify", "--test", "--webhook", "http://127.0.0.1:1/", "--webhook-secret-file", "webhook.secret");
        var metadata = await launch.Run("notify", "--test", "--webhook", "http://169.254.169.254/", "--webhook-secret-file", "webhook.secret");

        Assert.Contains("took the message muster_", took.Data, StringComparison.Ordinal);
        Assert.All(receiver.Got, got => Assert.True(got is { Signed: true, Type: "test" }));
        Assert.Contains("it answered 404", refused.Talk, StringComparison.Ordinal);
        Assert.Contains("refused: 169.254.169.254 is never allowed", metadata.Talk, StringComparison.Ordinal);
        Assert.All([refused, down, metadata], ran => Assert.Equal((3, ""), (ran.Exit, ran.Data)));
    }

    public static TheoryData<string, string> Mistakes => new()
    {
        { "check --jitter 5m", "--jitter without --every" },
        { "check --every soon", "not a duration" },
        { "check --every 60d", "longer than 31 days" },
        { "check --every 1h --jitter 2h", "longer than --every" },
        { "check --rounds 0", "not a whole number from 1" },
        { "check --rounds 2", "--rounds 2 without --every" },
        { "check --every 1h -f md", "rounds print lines" },
        { "check https://127.0.0.1:1 --every 1h", "rounds need a document" },
        { "check --webhook https://shop.test/", "without rounds tells nobody" },
        { "check --rounds 1 --webhook https://shop.test/", "needs a secret to sign with" },
        { "check --rounds 1 --webhook shop.test --webhook-secret-file webhook.secret", "is no URL" },
        { "check --rounds 1 --webhook https://mia:pw@shop.test/ --webhook-secret-file webhook.secret", "carries credentials" },
        { "check --rounds 1 --webhook-secret-file webhook.secret", "no webhook to sign for" },
        { "notify", "no webhook is configured" },
        { "notify --webhook https://shop.test/ --webhook-secret-file short", "fewer than 24 bytes" },
        { "notify --webhook https://shop.test/ --webhook-secret-file odd", "not base64" },
        { "notify --webhook https://shop.test/ --webhook-secret-file nowhere", "cannot be read" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_3_and_named_with_its_fix(string words, string says)
    {
        using var launch = await Made();
        launch.Folder.Write("short", "12345");
        launch.Folder.Write("odd", "whsec_!!!!");
        var ran = await launch.Run(words.Split(' '));
        Assert.Equal((3, ""), (ran.Exit, ran.Data));
        Assert.Contains(says, ran.Talk, StringComparison.Ordinal);
        Assert.Equal(0, _seen);
    }

    [Fact]
    public async Task The_webhook_may_stand_in_the_environment_where_a_service_keeps_it()
    {
        using var launch = await Made();
        await using var receiver = Receiver.Start();
        var ran = await InProcess.Run(launch.Folder.Folder, host => host with { Variable = name => name switch { "MUSTER_WEBHOOK" => receiver.Url, "MUSTER_WEBHOOK_SECRET" => Receiver.Secret, _ => null } }, "check", "--rounds", "1");
        Assert.Equal(ExitCode.Go, ran.Exit);
        Assert.True(Assert.Single(receiver.Got).Signed);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}
