using Muster.Readiness;

namespace Muster.Probes;

static class DrainWebsocketKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "drain.websocket",
        Says = "Tells an instance to end while sockets are open and messages under way: no new socket may be taken, the open ones go on until the window is over, each is closed in order, and no message is lost or comes twice.",
        Target = TargetShape.Url,
        Hazard = Hazard.Destructive,
        Alone = true,
        Parameters =
        [
            new("path", Shape.Text, "The path of the socket; {session} in it stands for a session of its own: /ws?session={session}. It may stand in a header too.") { Default = "/" },
            new("send", Shape.Text, "What is sent; {n} stands for the number of the message, and the server must send back the same text.") { Default = "{n}" },
            new("origin", Shape.Text, "The origin that the page is of, as https://shop.test."),
            new("protocol", Shape.Text, "The subprotocol that is asked for."),
            new("sockets", Shape.Number, "How many sockets are opened.") { Default = 8 },
            new("rate", Shape.Number, "Messages a second over each.") { Default = 10 },
            new("before", Shape.Duration, "How long they talk before.") { Default = 1 },
            new("finish", Shape.Duration, "How long an open socket must be let go on after the signal, at the least.") { Default = 1 },
            new("refuse_within", Shape.Duration, "How soon new sockets must be refused by the instance.") { Default = 1 },
            new("codes", Shape.List, "The close codes that are in order; 1001 and 1012 unless said."),
            new("reconnect", Shape.Truth, "Whether each session must come back at the target once its socket is closed.") { Default = false },
            new("reconnect_within", Shape.Duration, "How soon.") { Default = 5 },
            new("resumes", Shape.Text, "A JSON Pointer into the first message of a session that came back, to the last number that the server knows of: /last."),
            new("others", Shape.List, "The addresses of all instances: one that a session does not belong to must not take it."),
            .. DrainStop.Parameters,
        ],
        Fields =
        [
            new("complete", Shape.Truth, "All of it: new ones refused in time, open ones let finish and closed in order, nothing lost or doubled, sessions kept to their instance and back where that is asked for, the order kept."),
            new("sockets", Shape.Number, "How many sockets were open."),
            new("open", Shape.Number, "How many of them at the instance when it was told to end."),
            new("refused_after", Shape.Duration, "From the signal until the instance refused a new socket, for good."),
            new("still_taken", Shape.Number, "New sockets that it took later than refuse_within."),
            new("elsewhere", Shape.Number, "New sockets that another instance took at the target meanwhile."),
            new("turned_away", Shape.Number, "New sockets that nobody took at the target, though other instances stand behind it."),
            new("first_close", Shape.Duration, "From the signal until the first open socket was closed."),
            new("last_close", Shape.Duration, "From the signal until the last was."),
            new("cut_short", Shape.Number, "Sockets that were closed before \"finish\" was over."),
            new("left_open", Shape.Number, "Sockets that were still open when the time was over."),
            new("codes", Shape.Map, "The close codes, counted; 1006 stands for an end without a closing."),
            new("abnormal", Shape.Number, "Sockets that ended without a closing, or with a code that is not in order."),
            new("disturbed", Shape.Number, "Sockets at other instances that were closed meanwhile."),
            new("sent", Shape.Number, "Messages that were sent."),
            new("answered", Shape.Number, "Messages that were answered."),
            new("lost", Shape.Number, "Messages that were passed over, or never answered though there was time."),
            new("doubled", Shape.Number, "Answers that came more than once."),
            new("returned", Shape.Number, "Under reconnect: sessions that came back and were answered."),
            new("not_returned", Shape.Number, "Under reconnect: those that did not."),
            new("forgotten", Shape.Number, "Under resumes: those that the server did not know any more."),
            new("return_time", Shape.Duration, "Under reconnect: how long the slowest took to be taken."),
            new("strayed", Shape.Number, "Sessions that, opened a second time, came to another instance."),
            new("kept", Shape.Number, "Sessions that came to the same."),
            new("wrong_taken", Shape.Number, "Under others: how often an instance took a session of another."),
            new("wrong_refused", Shape.Number, "Under others: how often it did not."),
            .. DrainStop.Fields,
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true)),
        Population = "sockets",
        Deadline = TimeSpan.FromMinutes(3),
        Pitfalls =
        [
            "A drain without an open socket shows nothing: without one at the instance when it is told to end the look is unproven.",
            "A process that is killed leaves its sockets with 1006: users see an error, whatever the log says.",
            "A server that closes everything with a proper code at once has no drain; finish is how long it must let go on.",
            "An idle limit of a balancer looks like a drain; the messages keep the sockets busy.",
            "That a closed session comes back is another matter than that it goes on: ask with resumes.",
            "Two processes of one machine stand in for two hosts, no more.",
        ],
        Example = "check: { drain.websocket: { target: edge, instance: replica, path: \"/ws?session={session}\", served_by: X-Instance, stop: { signal: TERM, pid_file: run/api.pid }, start: [ systemctl, start, api ], reconnect: true }, expect: { abnormal: 0, lost: 0, cut_short: 0, not_returned: 0 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, DrainWebsocketProbe.Look, Prove) { Prepare = DrainWebsocketProbe.Prepare };

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        async Task<Witnessed> Look(bool drains)
        {
            await using var instance = await FakeInstance.Start(drains, cancel);
            return await Stage.Look(Declaration, Value.Of(("target", instance.Address), ("path", "/ws"), ("stop", Value.Of(("signal", "TERM"), ("pid_file", instance.PidFile))), ("sockets", 3), ("before", 0.2), ("finish", 0.4), ("refuse_within", 0.5), ("within", 3)), cancel,
                Stage.Is("abnormal", 0, Shape.Number), Stage.Is("cut_short", 0, Shape.Number), Stage.Is("lost", 0, Shape.Number));
        }

        return new("drain.websocket", "an instance that cuts its sockets off when it is told to end, beside one that lets them go on and closes them", await Look(drains: false), await Look(drains: true));
    }
}
