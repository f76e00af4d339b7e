NAME = "play"
CHECKS = {}
def work(context):
    return
    yield
def measures(context): return None
