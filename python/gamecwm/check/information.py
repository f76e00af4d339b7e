NAME = "information"
CHECKS = {}
def work(context):
    return
    yield
