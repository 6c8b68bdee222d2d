// They wait for servers and deadlines much more than they work.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
