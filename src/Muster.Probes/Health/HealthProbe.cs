using Muster.Readiness;

namespace Muster.Probes;

static class HealthProbe
{
    static readonly string[] Pages = ["liveness", "readiness", "detailed"];

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var paths = Pages.Select(page => (Page: page, Path: given.Text(page))).Where(asked => asked.Path is not null).ToArray();
        if (paths.Length == 0) paths = [("liveness", "/health/live"), ("readiness", "/health/ready")];
        var json = given.Truth("json", true);
        var trust = await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel);
        (string, string)[] headers = [.. given.Pairs("headers")];
        // One after the other: the first and the last name the same server, or it was exchanged meanwhile.
        var answers = new List<(string Page, HttpExchange Answer, Value? Json)>();
        foreach (var (page, path) in paths)
        {
            var line = new HttpRequestLine(HttpMethod.Get, HttpRequestLine.UrlOf(given.Target, path), headers, null, null, System.Net.HttpVersion.Version11);
            var answer = await HttpExchange.Send(line, trust, context, HttpProbe.MostBody, cancel);
            if (!answer.Body.Whole) throw new Unseen(Blind.TooLarge, $"{page} ({path}) answers more than {HttpProbe.MostBody} bytes");
            var read = HttpProbe.Json(answer);
            if (read is null && (json || page == "detailed"))
                throw new Unseen(Blind.Unreadable, $"{page} ({path}) answers {answer.Status} with {answer.ContentType ?? "no content type"}, which is not JSON; expected JSON (say \"json: false\" if it is not meant to be)");
            answers.Add((page, answer, read));
        }

        var seen = Value.Of(("statuses", Value.List(answers.Select(one => (Value)one.Answer.Status))));
        foreach (var (page, answer, read) in answers)
            seen = seen.With(page, Value.Of(("status", answer.Status), ("duration", HttpProbe.Seconds(answer.Duration))).With("json", read));
        return new() { Observation = seen, Population = answers.Count, Before = answers[0].Answer.Identity, After = answers[^1].Answer.Identity };
    }
}
