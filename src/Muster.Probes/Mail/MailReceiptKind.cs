using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

static class MailReceiptKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "mail.receipt",
        Says = "Looks into a mailbox for a mail, one that it sends itself or one that something else must have sent.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("contains", Shape.Text, "Words that the mail must bear, mostly $(nonce) of an earlier step; a random word of the mail that is sent here, unless said."),
            new("via", Shape.Text, "The target of the server that a mail is sent through: { smtp: mail.shop.test:587, user: …, password: …, from: …, to: …, tls: … }; needs the environment's consent to active checks. Left out, nothing is sent.") { NamesTarget = true, Hazard = Hazard.Active },
            new("wait", Shape.Duration, "How long it may take to arrive.") { Default = 60 },
            new("page", Shape.Text, "Where the target is a URL: the path of the page that lists what arrived."),
            new("read", Shape.Text, "A JSON Pointer to the list within that page."),
            .. HttpApi.Connection,
        ],
        Fields =
        [
            new("delivered", Shape.Truth, "Whether the mail lies in the mailbox."),
            new("delay", Shape.Duration, "How long it took from sending it, or from the first look."),
            new("messages", Shape.Number, "How many mails bear the words."),
            new("accepted", Shape.Truth, "Under \"via\": whether the server took it."),
            new("answer", Shape.Text, "Under \"via\": the server's last answer."),
            new("encrypted", Shape.Truth, "Under \"via\": whether it went over TLS."),
            new("headers", Shape.Map, "Headers of the mail as it arrived: from, to, subject, received_spf, authentication_results, dkim_signature, as far as they are there; nothing of a page in JSON."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("delivered", true)),
        Population = "mails",
        Deadline = TimeSpan.FromMinutes(3),
        Pitfalls =
        [
            "That a server takes a mail is no delivery: it may drop it later, or hold it for days.",
            "The mailbox is a Maildir beside the document, or a page of a mail sink that lists messages as JSON.",
            "Of each mail in a Maildir the first MiB is read, out of base64 and quoted-printable; a mailbox of more than 20,000 mails is not read, and the check is unproven.",
            "authentication_results is the word of the server that took the mail in; expect it only of your own.",
            "Without words that are new in each run, yesterday's mail counts; use $(nonce).",
        ],
        Example = "check: { mail.receipt: { target: inbox, via: mail }, expect: { delivered: true, delay: at most 1m } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, MailReceiptProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var site = LoopbackSite.Start();
        site.Route("/sick", _ => SiteResponse.Json(200, """[ { "subject": "Another" } ]""")).Route("/well", _ => SiteResponse.Json(200, """[ { "subject": "Your invitation 7f3a" } ]"""));
        Task<Witnessed> Look(string page) => Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("page", page), ("contains", "7f3a"), ("wait", 0)), cancel, Stage.Is("delivered", true, Shape.Truth));
        return new("mail.receipt", "a mailbox without the mail, beside one with it", await Look("/sick"), await Look("/well"));
    }
}

static class MailReceiptProbe
{
    static readonly string[] Shown = ["From", "To", "Subject", "Received-SPF", "Authentication-Results", "DKIM-Signature"];

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var mailbox = await Arrivals.Of(given, context, cancel);
        var words = given.Text("contains") ?? Router.Nonce();
        var wait = TimeSpan.FromSeconds(given.Seconds("wait", 60));
        await mailbox.With([words], cancel); // What cannot be read must be told before anything is sent.
        var seen = Value.Fields.Empty;
        Value? identity = null;
        if (given.Other("via") is { } via) (seen, identity) = await Sent(via, words, context, cancel);
        else if (given.Text("contains") is null) throw Given.Wrong("contains", "is missing: without \"via\" nothing is sent, so that it must say which mail is meant");
        var delay = seen["accepted"] is Value.Truth { Is: false } ? null : await Waiting.Until(async () => (await mailbox.With([words], cancel)).Count > 0, wait, context, cancel);
        var found = await mailbox.With([words], cancel);
        seen = seen.With("delivered", delay is not null).With("messages", found.Count).With("headers", found.Count == 0 ? Value.Fields.Empty : Headers(found[0]));
        if (delay is { } took) seen = seen.With("delay", HttpProbe.Seconds(took));
        return new() { Observation = seen, Population = 1, Before = identity, After = identity };
    }

    static async Task<(Value.Fields Seen, Value Identity)> Sent(Given via, string words, ProbeContext context, CancellationToken cancel)
    {
        var (host, port) = HostAndPort.Read(via.Target, 587);
        var (from, to) = (Address(via, "from"), Address(via, "to"));
        var tls = via.Text("tls") ?? "if_offered";
        if (tls is not ("none" or "if_offered" or "starttls" or "implicit")) throw Given.Wrong("tls", "is none of none, if_offered, starttls, implicit");
        if (via.Text("password") is { } password) context.Hide(password);
        var trust = await TrustAnchors.Read(via.Text("trust"), context.Folder, cancel);
        await using var peer = await PeerStream.Open(host, port, context, cancel);
        if (tls == "implicit") await peer.Secure(host, trust, cancel);
        var submission = new Submission(peer, host);
        var message = $"From: <{from}>\nTo: <{to}>\nSubject: Muster looks whether mail arrives, {words}\nDate: {context.Clock.GetUtcNow().ToString("r", CultureInfo.InvariantCulture)}\nMessage-ID: <{words}@muster.invalid>\nContent-Type: text/plain; charset=utf-8\n\n{words}\n";
        var answer = await submission.Send(from, to, message, tls == "implicit" ? "none" : tls, trust, via.Text("user"), via.Text("password"), cancel);
        return (Value.Of(("accepted", answer.StartsWith('2')), ("answer", Bounded.Start(answer, 200)), ("encrypted", submission.Encrypted || tls == "implicit")), peer.Identity.With("greeting", Bounded.Start(submission.Greeting, 100)));
    }

    static string Address(Given via, string name) => via.Text(name) is { } text && text.Contains('@', StringComparison.Ordinal) && !text.AsSpan().ContainsAny("<> \r\n") ? text
        : throw Given.Wrong("via", $"names a target without \"{name}\", an address as on-call@shop.test");

    static Value.Fields Headers(string mail)
    {
        var seen = new Dictionary<string, Value>(StringComparer.Ordinal);
        var head = mail.ReplaceLineEndings("\n").Split("\n\n", 2)[0].Replace("\n ", " ", StringComparison.Ordinal).Replace("\n\t", " ", StringComparison.Ordinal);
        foreach (var line in head.Split('\n'))
            if (Array.Find(Shown, name => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)) is { } name)
                seen.TryAdd(name.ToLowerInvariant().Replace('-', '_'), Bounded.Start(line[(name.Length + 1)..].Trim(), 500));
        return new(seen);
    }
}
