namespace Muster.Telemetry.Tests.Promql.Parsing;

/// <summary>A text with a few of its characters or stretches changed.</summary>
static class Mutation
{
    const string Characters = "()[]{}\"'`,:=!~<>+-*/%^@# \n\\09.exabms_";

    static readonly string[] Words = [" by ", " on(", " offset ", " bool ", " @ ", "[5m]", "[5m:]", " or ", "rate(", "sum ", "{}", "{a=\"b\"}", " group_left ", "start()", "Inf", "1h", " ignoring(a)", "\"x\""];

    public static string Of(string text, Random random)
    {
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(text.Length + 1);
            var end = Math.Min(text.Length, at + random.Next(1, 6));
            text = random.Next(5) switch
            {
                0 => text[..at] + text[end..],
                1 => text[..at] + Characters[random.Next(Characters.Length)] + text[at..],
                2 => text[..at] + Words[random.Next(Words.Length)] + text[at..],
                3 => text[..at] + Characters[random.Next(Characters.Length)] + text[Math.Min(text.Length, at + 1)..],
                _ => text[..end] + text[at..],
            };
        }

        return text;
    }
}
