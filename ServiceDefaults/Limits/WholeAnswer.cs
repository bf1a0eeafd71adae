using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace EmbedPlatform.ServiceDefaults.Limits;

// An answer that a deadline keeps from being begun, and that nothing but the caller's leaving ends once it is. A write that a deadline cancels resets the
// connection: the caller would see a broken pipe, not the 504 and not the answer that was there already.
internal sealed class WholeAnswer : IHttpResponseBodyFeature
{
    private readonly IHttpResponseBodyFeature _inner;
    private readonly AnswerDeadline _deadline;
    private readonly CancellationToken _gone;
    private readonly AnswerWriter _writer;

    public WholeAnswer(IHttpResponseBodyFeature inner, AnswerDeadline deadline, CancellationToken gone)
    {
        (_inner, _deadline, _gone) = (inner, deadline, gone);
        _writer = new AnswerWriter(inner.Writer, deadline, gone);
        Stream = _writer.AsStream(leaveOpen: true);
    }

    public Stream Stream { get; }

    public PipeWriter Writer => _writer;

    public void DisableBuffering() => _inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        _deadline.BeginAnswer();
        return _inner.StartAsync(_gone);
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        _deadline.BeginAnswer();
        return _inner.SendFileAsync(path, offset, count, _gone);
    }

    public Task CompleteAsync() => _inner.CompleteAsync();

    private sealed class AnswerWriter(PipeWriter inner, AnswerDeadline deadline, CancellationToken gone) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0)
        {
            deadline.BeginAnswer();
            return inner.GetMemory(sizeHint);
        }

        public override Span<byte> GetSpan(int sizeHint = 0)
        {
            deadline.BeginAnswer();
            return inner.GetSpan(sizeHint);
        }

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            deadline.BeginAnswer();
            return inner.FlushAsync(gone);
        }

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
        {
            deadline.BeginAnswer();
            return inner.WriteAsync(source, gone);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
    }
}
